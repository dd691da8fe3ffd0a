/** What has the focus on a page, by which name it is read out, and whether a person who looks at the page can see that it has it. */
import type { CDPSession } from 'playwright-core';

export type Stop = {
  id: string;
  /** As Chromium computes it for a screen reader. */
  name: string;
  role: string;
  /** Name, type and value of a field; "" where it is none. */
  field: string;
  type: string;
  value: string;
  checked: boolean;
  /** The same for the same element of one page, and one for all radio buttons of a group. */
  key: string;
  /** What hides it or its focus from a person who looks; empty when nothing does. */
  faults: string[];
};

/** Runs in the page, where `this` is the element that has the focus. */
const LOOK = `function () {
  const faults = [];
  const stop = () => {
    globalThis.stopsOfTest ??= [];
    if (!stopsOfTest.includes(this)) stopsOfTest.push(this);
    return {
      id: this.id,
      field: this.name ?? '',
      type: this.type ?? '',
      value: this.value ?? '',
      checked: this.checked === true,
      key: this.type === 'radio' ? 'radio ' + this.name : String(stopsOfTest.indexOf(this)),
      faults,
    };
  };
  const box = this.getBoundingClientRect();
  const style = getComputedStyle(this);
  if (!this.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || box.width < 2 || box.height < 2)
    faults.push('is not visible');

  // In the viewport: all of it where it fits, or of a long text the line with the caret.
  const seen = (from, to, end) => Math.min(to, end) - Math.max(from, 0);
  const across = seen(box.left, box.right, innerWidth);
  const down = seen(box.top, box.bottom, innerHeight);
  if (across < Math.min(box.width, innerWidth) - 1 || down < Math.min(box.height, this.type === 'textarea' ? 32 : innerHeight / 2) - 1)
    faults.push('is out of view at ' + [box.left, box.top, box.right, box.bottom].map(Math.round));

  // Not covered by anything else (WCAG 2.4.11, and 2.4.12 too).
  for (const part of this.getClientRects())
    for (const [x, y] of [[0.5, 0.5], [0, 0], [1, 0], [0, 1], [1, 1]]) {
      const at = [part.left + 3 + x * (part.width - 6), part.top + 3 + y * (part.height - 6)];
      if (at[0] < 0 || at[1] < 0 || at[0] >= innerWidth || at[1] >= innerHeight) continue;
      const top = document.elementFromPoint(...at);
      if (top && top !== this && !this.contains(top) && !top.contains(this))
        faults.push('is covered by ' + top.tagName + '.' + top.className);
    }

  // An outline that is drawn, wide enough, and stands out from what is behind it.
  const outline = parseFloat(style.outlineWidth);
  // A part of the browser's own inside the field, such as the button of a calendar, draws one of its own.
  const isInside = !this.matches(':focus') && ['date', 'datetime-local'].includes(this.type);
  if (isInside || this.id === 'main') return stop();
  if (!this.matches(':focus-visible') || style.outlineStyle === 'none' || outline < 2)
    faults.push('has no outline');
  const numbers = (color) => (/rgba?\\(([^)]*)\\)/.exec(color)?.[1] ?? '').split(',').map(Number);
  const light = (color) => {
    const [red, green, blue] = numbers(color)
      .map((one) => one / 255)
      .map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  let behind = this.parentElement;
  while (behind && numbers(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const paper = light(behind ? getComputedStyle(behind).backgroundColor : 'rgb(255, 255, 255)');
  const contrasts = [style.outlineColor, style.boxShadow].map(light).filter((one) => !Number.isNaN(one))
    .map((one) => (Math.max(one, paper) + 0.05) / (Math.min(one, paper) + 0.05));
  if (Math.max(0, ...contrasts) < 3) faults.push('has an outline that does not stand out');

  // What scrolls cuts off what stands over its edge.
  const ring = outline + parseFloat(style.outlineOffset);
  for (let around = this.parentElement; around && around !== document.body; around = around.parentElement) {
    if (getComputedStyle(around).overflow === 'visible') continue;
    const edge = around.getBoundingClientRect();
    const cut = [edge.left - box.left, edge.top - box.top, box.right - edge.right, box.bottom - edge.bottom]
      .some((over) => over + ring > 1);
    if (cut) faults.push('has an outline that ' + around.tagName + '.' + around.className + ' cuts off');
  }

  return stop();
}`;

/**
 * Null while nothing on the page has it.
 * @param isNamed whether to ask for name and role, which takes Chromium longer than all else; else they are ""
 */
export async function focusOn(session: CDPSession, isNamed: boolean): Promise<Stop | null> {
  const { result } = await session.send('Runtime.evaluate', {
    expression: 'document.activeElement === document.body ? null : document.activeElement',
  });
  const { objectId } = result;
  if (!objectId) return null;
  const looked = await session.send('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: LOOK,
    returnByValue: true,
  });
  if (looked.exceptionDetails) throw new Error(looked.exceptionDetails.exception?.description);
  const stop = { name: '', role: '', ...looked.result.value } as Stop;
  if (!isNamed && stop.faults.length === 0) return stop;
  const { nodes } = await session.send('Accessibility.getPartialAXTree', {
    objectId,
    fetchRelatives: false,
  });
  const [node] = nodes;
  stop.name = String(node?.name?.value ?? '').trim();
  stop.role = String(node?.role?.value ?? '');
  return stop;
}

/** Everything that a keyboard must come to: keys as those of stops, with words for a message. */
const REACHABLE = `(() => {
  globalThis.stopsOfTest ??= [];
  const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]');
  return [...all]
    .filter((one) => one.tabIndex >= 0 && !one.disabled && one.type !== 'hidden' && one.checkVisibility())
    .map((one) => {
      if (!stopsOfTest.includes(one)) stopsOfTest.push(one);
      const key = one.type === 'radio' ? 'radio ' + one.name : String(stopsOfTest.indexOf(one));
      return [key, one.tagName.toLowerCase() + ' ' + (one.id || one.name || one.textContent.trim())];
    });
})()`;

export async function reachableOn(session: CDPSession): Promise<Map<string, string>> {
  const { result } = await session.send('Runtime.evaluate', {
    expression: REACHABLE,
    returnByValue: true,
  });
  return new Map(result.value as [string, string][]);
}
