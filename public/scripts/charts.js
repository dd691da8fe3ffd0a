// Draws each distribution with Chart.js in place of the linked bars. Without this script the bars stay; the table
// stays in either case and has the same links for the keyboard.

/** @typedef {{ labels: string[], counts: number[], kinds: string[], links: string[], asked: number, rtl: boolean }} ChartData */

const style = getComputedStyle(document.documentElement);
/** @param {string} name */
const token = (name) => style.getPropertyValue(name).trim();

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

/** Stripes for what is no answer: told apart without colour. */
function stripes() {
  const tile = document.createElement('canvas');
  tile.width = 8;
  tile.height = 8;
  const brush = tile.getContext('2d');
  if (!brush) return token('--line');
  brush.fillStyle = token('--wash');
  brush.fillRect(0, 0, 8, 8);
  brush.strokeStyle = '#8796a1';
  brush.beginPath();
  brush.moveTo(0, 8);
  brush.lineTo(8, 0);
  brush.stroke();
  return brush.createPattern(tile, 'repeat') ?? token('--line');
}

/** The number at the end of each bar. */
const numbers = {
  id: 'numbers',
  /** @param {any} chart */
  afterDatasetsDraw(chart) {
    const { ctx } = chart;
    ctx.save();
    ctx.font = `600 13px ${style.fontFamily}`;
    ctx.fillStyle = token('--ink');
    ctx.textBaseline = 'middle';
    const back = chart.options.scales.x.reverse;
    ctx.textAlign = back ? 'right' : 'left';
    chart.getDatasetMeta(0).data.forEach((/** @type {any} */ bar, /** @type {number} */ place) => {
      ctx.fillText(String(chart.data.datasets[0].data[place]), bar.x + (back ? -6 : 6), bar.y);
    });
    ctx.restore();
  },
};

/** @param {HTMLElement} bars */
function draw(bars) {
  /** @type {ChartData} */
  const data = JSON.parse(bars.dataset['chart'] ?? '{}');
  const small = window.innerWidth < 560;
  const labels = data.labels.map((label) => wrapped(label, small ? 22 : 40));
  const frame = document.createElement('div');
  frame.className = 'canvas';
  const lines = labels.reduce((sum, label) => sum + Math.max(1.6, label.length * 1.15), 0);
  frame.style.setProperty('block-size', `${Math.ceil(lines * 18 + 24)}px`);
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute(
    'aria-label',
    data.labels.map((label, place) => `${label}: ${data.counts[place]}`).join('; '),
  );
  frame.append(canvas);
  bars.after(frame);
  bars.hidden = true;
  const fills = { answer: token('--blue'), unsure: token('--blue-light'), none: stripes() };
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  new Chart(canvas, {
    type: 'bar',
    plugins: [numbers],
    data: {
      labels,
      datasets: [
        {
          data: data.counts,
          backgroundColor: data.kinds.map((kind) => fills[/** @type {'answer'} */ (kind)]),
          borderColor: '#6b7a85',
          borderWidth: data.kinds.map((kind) => (kind === 'none' ? 1 : 0)),
          borderRadius: 2,
          maxBarThickness: 20,
        },
      ],
    },
    options: {
      indexAxis: 'y',
      maintainAspectRatio: false,
      animation: still ? false : { duration: 300 },
      layout: { padding: data.rtl ? { left: 34 } : { right: 34 } },
      scales: {
        x: { display: false, min: 0, max: Math.max(1, data.asked), reverse: data.rtl },
        y: {
          position: data.rtl ? 'right' : 'left',
          grid: { display: false },
          border: { display: false },
          ticks: {
            color: token('--ink'),
            font: { family: style.fontFamily, size: 13 },
            crossAlign: 'far',
            autoSkip: false,
          },
        },
      },
      plugins: { legend: { display: false }, tooltip: { enabled: false } },
      onHover: (_event, elements) => {
        canvas.style.setProperty('cursor', elements.length > 0 ? 'pointer' : 'default');
      },
      onClick: (_event, elements) => {
        const link = data.links[elements[0]?.index ?? -1];
        if (link) window.location.assign(link);
      },
    },
  });
}

/**
 * Lines over time above their table, told apart by dashes and marks as well as by colour.
 * @param {HTMLElement} figure
 */
function drawLines(figure) {
  /** @type {{ labels: string[], rtl: boolean, series: { label: string, values: number[] }[] }} */
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
  const looks = [
    { borderColor: token('--blue'), borderDash: [], pointStyle: 'circle' },
    { borderColor: token('--ink'), borderDash: [6, 4], pointStyle: 'rect' },
    { borderColor: '#8796a1', borderDash: [2, 3], pointStyle: 'triangle' },
  ];
  const font = { family: style.fontFamily, size: 13 };
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
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
        ...looks[place % looks.length],
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
          labels: { color: token('--ink'), font, usePointStyle: true },
        },
        tooltip: { enabled: false },
      },
    },
  });
}

for (const figure of document.querySelectorAll('figure[data-lines]'))
  drawLines(/** @type {HTMLElement} */ (figure));
for (const bars of document.querySelectorAll('ul.bars[data-chart]'))
  draw(/** @type {HTMLElement} */ (bars));
