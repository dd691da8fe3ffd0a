// Draws each chart with Chart.js in place of the linked bars, from the same data as its SVG and PNG. Over each bar lies a
// link to the States behind it, so a bar is reached, followed and opened in another tab like any link. Without this
// script, on paper and in forced colours the linked bars stay; the table is there in either case.

/** @typedef {{ value: number | null, text: string, fill: string | null, href: string }} Cell */
/** @typedef {{ ground: string, ink: string, path: string }} Fill */
/** @typedef {{ form: 'bars' | 'grouped' | 'stacked', series: { label: string, fill: string }[], rows: { label: string, cells: Cell[] }[], max: number, rtl: boolean, fills: Record<string, Fill> }} Picture */

const style = getComputedStyle(document.documentElement);
/** @param {string} name */
const token = (name) => style.getPropertyValue(name).trim();
const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const font = { family: style.fontFamily, size: 13 };
const LINE = 16;
/** A screen that is narrower in pixels is small. */
const SMALL = 560;
/** Of a link, so that a finger finds it. */
const LEAST = 24;
/** What Chart.js keeps free above the first and below the last row. */
const ENDS = 30;

/** On a small screen a number stands without its "of how many", which is in the table. @param {string} text */
const shown = (text) => (window.innerWidth < SMALL ? (text.split(' · ')[0] ?? '') : text);

/** Lines at most so long, so that a label never pushes the bars off a small screen. @param {string} label @param {number} longest */
function wrapped(label, longest) {
  /** @type {string[]} */
  const lines = [];
  for (const word of label.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= longest)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** The pattern of a fill, told from the others without colour. @param {Fill} fill */
function patternOf({ ground, ink, path }) {
  if (!path) return ground;
  const tile = document.createElement('canvas');
  tile.width = 8;
  tile.height = 8;
  const brush = tile.getContext('2d');
  if (!brush) return ground;
  brush.fillStyle = ground;
  brush.fillRect(0, 0, 8, 8);
  brush.strokeStyle = ink;
  brush.stroke(new Path2D(path));
  return brush.createPattern(tile, 'repeat') ?? ground;
}

/** Where nothing can be said there is no bar: its word stands at the base. @param {number} x @param {number} base */
const endOf = (x, base) => (Number.isFinite(x) ? x : base);

/**
 * The numbers: at the end of a bar, or within its part of a stacked one where there is room.
 * @param {Picture} picture
 */
const numbers = (picture) => ({
  id: 'numbers',
  /** @param {any} chart */
  afterDatasetsDraw(chart) {
    const { ctx } = chart;
    ctx.save();
    ctx.font = `600 13px ${style.fontFamily}`;
    ctx.textBaseline = 'middle';
    picture.series.forEach((_, series) => {
      chart
        .getDatasetMeta(series)
        .data.forEach((/** @type {any} */ bar, /** @type {number} */ row) => {
          const text = shown(picture.rows[row]?.cells[series]?.text ?? '');
          if (picture.form !== 'stacked') {
            ctx.textAlign = picture.rtl ? 'right' : 'left';
            ctx.fillStyle = token('--ink');
            ctx.fillText(text, endOf(bar.x, bar.base) + (picture.rtl ? -6 : 6), bar.y);
            return;
          }
          const wide = ctx.measureText(text).width + 8;
          if (Math.abs(bar.x - bar.base) < wide + 2) return;
          const middle = (bar.x + bar.base) / 2;
          ctx.fillStyle = token('--paper');
          ctx.beginPath();
          ctx.roundRect(middle - wide / 2, bar.y - 8, wide, 16, 3);
          ctx.fill();
          ctx.textAlign = 'center';
          ctx.fillStyle = token('--ink');
          ctx.fillText(text, middle, bar.y);
        });
    });
    ctx.restore();
  },
});

/**
 * A link over each bar, in the order of the table. A bar of its own has the link over its whole row.
 * @param {Picture} picture
 * @param {HTMLElement} list
 */
function links(picture, list) {
  const several = picture.series.length > 1;
  /** @type {{ item: HTMLElement, row: number, series: number }[]} */
  const made = picture.rows.flatMap(({ label, cells }, row) =>
    cells.flatMap(({ value, text, href }, series) => {
      if (!href || (picture.form === 'stacked' && !value)) return [];
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.href = href;
      const name = several
        ? `${label}, ${picture.series[series]?.label}: ${text}`
        : `${label}: ${text}`;
      link.setAttribute('aria-label', name);
      link.title = name;
      item.append(link);
      list.append(item);
      return [{ item, row, series }];
    }),
  );
  return {
    id: 'links',
    /** Also after a change of size. @param {any} chart */
    afterUpdate(chart) {
      for (const { item, row, series } of made) {
        const bar = chart.getDatasetMeta(series).data[row];
        if (!bar) continue;
        const { x, y, base, height } = bar.getProps(['x', 'y', 'base', 'height'], true);
        const whole = picture.form === 'bars';
        const tall = whole ? chart.scales.y.height / picture.rows.length : Math.max(LEAST, height);
        const wide = whole ? chart.width : Math.max(LEAST, Math.abs(endOf(x, base) - base));
        const from = whole ? 0 : (endOf(x, base) + base) / 2 - wide / 2;
        // Two parts that are narrower than a finger would lie over one another; the table has their links.
        item.hidden = picture.form === 'stacked' && Math.abs(x - base) < LEAST;
        for (const [name, length] of Object.entries({
          left: from,
          top: y - tall / 2,
          width: wide,
          height: tall,
        }))
          item.style.setProperty(name, `${length}px`);
      }
    },
  };
}

/** So high that no label meets the next: rows are equal, labels are not. @param {string[][]} labels @param {number} least */
function rowHeight(labels, least) {
  const heights = labels.map((lines) => lines.length * LINE + 8);
  const pairs = heights.map((height, at) => (height + (heights[at + 1] ?? height)) / 2);
  return Math.max(least, ...pairs);
}

/** @param {HTMLElement} place the linked bars, or what is empty where the table alone stands for them */
function draw(place) {
  /** @type {Picture} */
  const picture = JSON.parse(place.dataset['picture'] ?? '{}');
  const { form, rows, series, rtl } = picture;
  const small = window.innerWidth < SMALL;
  const longest = Math.max(
    0,
    ...rows.flatMap(({ cells }) => cells.map(({ text }) => shown(text).length)),
  );
  const beside = form === 'stacked' ? 8 : 20 + 7.5 * longest;
  // An axis gets half of what is left beside the numbers, and no more.
  const letters = small ? Math.max(12, Math.floor((window.innerWidth - 32 - beside) / 14)) : 40;
  const labels = rows.map(({ label }) => wrapped(label, letters));
  const several = series.length > 1;
  const frame = document.createElement('div');
  // Where there are no bars to stand in its place on paper, it stays.
  frame.className = place.tagName === 'UL' ? 'canvas' : 'canvas only';
  const canvas = document.createElement('canvas');
  // The links over it say what it shows.
  canvas.setAttribute('aria-hidden', 'true');
  const list = document.createElement('ul');
  list.className = 'over';
  frame.append(canvas, list);
  const each = rowHeight(labels, form === 'grouped' ? 28 * series.length + 10 : 28);
  const legend = several
    ? (small ? 26 * series.length : 26 * Math.ceil(series.length / 3)) + 12
    : 0;
  frame.style.setProperty('block-size', `${Math.ceil(rows.length * each + ENDS + legend)}px`);
  place.after(frame);
  place.hidden = true;
  /** @type {Record<string, CanvasPattern | string>} */
  const fills = {};
  for (const [name, fill] of Object.entries(picture.fills)) fills[name] = patternOf(fill);
  new Chart(canvas, {
    type: 'bar',
    plugins: [numbers(picture), links(picture, list)],
    data: {
      labels,
      datasets: series.map(({ label, fill }, at) => {
        const names = rows.map(({ cells }) => cells[at]?.fill ?? fill);
        return {
          label,
          data: rows.map(({ cells }) => cells[at]?.value ?? null),
          backgroundColor: names.map((name) => fills[name] ?? ''),
          borderColor: names.map((name) => picture.fills[name]?.ink ?? ''),
          borderWidth: 1,
          borderSkipped: false,
          borderRadius: form === 'stacked' ? 0 : 2,
          maxBarThickness: 20,
          categoryPercentage: 0.92,
        };
      }),
    },
    options: {
      indexAxis: 'y',
      maintainAspectRatio: false,
      animation: still ? false : { duration: 300 },
      layout: { padding: rtl ? { left: beside } : { right: beside } },
      scales: {
        x: { display: false, min: 0, max: picture.max, reverse: rtl, stacked: form === 'stacked' },
        y: {
          position: rtl ? 'right' : 'left',
          stacked: form === 'stacked',
          grid: { display: false },
          border: { display: false },
          ticks: { color: token('--ink'), font, crossAlign: 'far', autoSkip: false },
        },
      },
      plugins: {
        legend: {
          display: several,
          align: 'start',
          rtl,
          // Hiding a series would leave the table with numbers that the chart does not show.
          onClick: () => {},
          labels: { color: token('--ink'), font, boxWidth: 14, boxHeight: 14 },
        },
        tooltip: { enabled: false },
      },
      events: [],
    },
  });
}

/** @typedef {{ ink: string, dash: number[], mark: string }} Look */
/** As Chart.js has it. @param {Look | undefined} look */
const look = (look) => ({
  borderColor: look?.ink ?? '',
  backgroundColor: look?.ink ?? '',
  borderDash: look?.dash ?? [],
  pointStyle: look?.mark ?? 'circle',
});

/**
 * Lines over time above their table, told apart by dashes and marks as well as by colour.
 * @param {HTMLElement} figure
 */
function drawLines(figure) {
  /** @type {{ labels: string[], rtl: boolean, looks: Look[], series: { label: string, values: number[] }[] }} */
  const data = JSON.parse(figure.dataset['lines'] ?? '{}');
  const frame = document.createElement('div');
  frame.className = 'canvas lines';
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute(
    'aria-label',
    data.series.map(({ label, values }) => `${label}: ${values.at(-1)}%`).join('; '),
  );
  frame.append(canvas);
  figure.querySelector('figcaption')?.after(frame);
  figure.querySelector('details')?.removeAttribute('open');
  new Chart(canvas, {
    type: 'line',
    data: {
      labels: data.labels,
      datasets: data.series.map(({ label, values }, place) => ({
        label,
        data: values,
        borderWidth: 2,
        pointRadius: values.map((value, at) => (value === values[at - 1] ? 0 : 4)),
        stepped: true,
        ...look(data.looks[place % data.looks.length]),
      })),
    },
    options: {
      maintainAspectRatio: false,
      animation: still ? false : { duration: 300 },
      scales: {
        x: {
          reverse: data.rtl,
          grid: { display: false },
          ticks: { color: token('--ink'), font, maxTicksLimit: 5, maxRotation: 0 },
        },
        y: {
          position: data.rtl ? 'right' : 'left',
          min: 0,
          max: 100,
          ticks: { color: token('--ink'), font, callback: (value) => `${value}%`, stepSize: 25 },
        },
      },
      plugins: {
        legend: {
          rtl: data.rtl,
          labels: { color: token('--ink'), font, usePointStyle: true, boxHeight: 7 },
        },
        tooltip: { enabled: false },
      },
    },
  });
}

for (const figure of document.querySelectorAll('figure[data-lines]'))
  drawLines(/** @type {HTMLElement} */ (figure));
if (!window.matchMedia('(forced-colors: active)').matches)
  for (const place of document.querySelectorAll('[data-picture]'))
    draw(/** @type {HTMLElement} */ (place));
