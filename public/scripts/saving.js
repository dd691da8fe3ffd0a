// Saves a section by itself after a pause and on leaving. While the line is down, or if the browser dies, a copy of what
// was typed lies in this browser, and is deleted as soon as the server has it. On a shared computer nothing is kept.
// One file, since each would be one more request on a slow line, and a page may make four.

const PAUSE_MS = 3000;
const COPY_MS = 400;
const RETRY_MS = 10_000;
/** Fields that a person fills in, not those that the page itself carries. */
const ANSWER = /^(?!link$|token$|revision$|key$|turn$|shown$|go$|was\.|keep\.)/;
const SHARED = 'rapporteur shared';
const SENT = 'rapporteur sent';

/** @typedef {{ at: number, fields: [string, string][] }} Copy */

/**
 * Storage can be switched off or full; saving goes on without it then.
 * @template T
 * @param {() => T} work
 * @returns {T | null}
 */
function quietly(work) {
  try {
    return work();
  } catch {
    return null;
  }
}

/**
 * What the form would send, without files, which only a button sends.
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
function fieldsOf(form) {
  /** @type {[string, string][]} */
  const fields = [];
  for (const [name, value] of new FormData(form))
    if (typeof value === 'string') fields.push([name, value]);
  return fields;
}

/** @param {HTMLFormElement} form */
function saving(form) {
  /** @type {Record<string, string>} */
  const texts = JSON.parse(form.dataset['saving'] ?? '{}');
  const place = `rapporteur ${form.dataset['copy']}`;
  const status = document.getElementById('saved');
  const isShared = () => quietly(() => localStorage.getItem(SHARED)) === 'yes';
  let version = 0;
  let saved = 0;
  let stopped = false;
  let leaving = false;
  let sending = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let saveTimer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let copyTimer;

  /** @param {string | undefined} text */
  const say = (text) => {
    if (status && text !== undefined && status.textContent !== text) status.textContent = text;
  };
  /** @param {string} name */
  const hidden = (name) =>
    /** @type {HTMLInputElement | null} */ (
      form.querySelector(`input[type="hidden"][name="${name}"]`)
    );

  /** Two saves of one page can overtake each other on the way; the server takes the later one. */
  function nextTurn() {
    const turn = hidden('turn');
    if (turn) turn.value = String(Number(turn.value) + 1);
  }

  function keepCopy() {
    if (isShared() || version === saved) return;
    const copy = { at: Date.now(), fields: fieldsOf(form) };
    quietly(() => localStorage.setItem(place, JSON.stringify(copy)));
  }
  const dropCopy = () => quietly(() => localStorage.removeItem(place));

  async function send(last = false) {
    if (stopped || sending || version === saved) return;
    sending = true;
    clearTimeout(saveTimer);
    const now = version;
    nextTurn();
    const body = new URLSearchParams([...fieldsOf(form), ['go', 'auto']]);
    try {
      const reply = await fetch(form.action, { method: 'POST', body, keepalive: last });
      await take(reply, now);
    } catch {
      say(isShared() ? texts['failed'] : texts['offline']);
      keepCopy();
      saveTimer = setTimeout(() => send(), RETRY_MS);
    }
    sending = false;
    if (!stopped && version !== saved && saveTimer === undefined) later();
  }

  /**
   * @param {Response} reply
   * @param {number} sent
   */
  async function take(reply, sent) {
    saveTimer = undefined;
    // A session that has ended answers with a page; the button leads there and keeps the text.
    if (reply.status === 401) {
      stopped = true;
      return say(texts['ended']);
    }
    if (reply.status === 409) {
      stopped = true;
      return say((await reply.json()).text);
    }
    if (!reply.ok) throw new Error(String(reply.status));
    const { revision, text, marks } = await reply.json();
    const field = hidden('revision');
    if (field) field.value = String(revision);
    for (const [name, value] of Object.entries(marks)) {
      const mark = hidden(name);
      if (mark) mark.value = String(value);
    }
    saved = sent;
    if (version === saved) {
      dropCopy();
      say(text);
    } else keepCopy();
    return undefined;
  }

  function later() {
    clearTimeout(saveTimer);
    saveTimer = setTimeout(() => send(), PAUSE_MS);
  }

  function changed() {
    version += 1;
    if (stopped) return keepCopy();
    clearTimeout(copyTimer);
    copyTimer = setTimeout(keepCopy, COPY_MS);
    return later();
  }

  addEventListener('online', () => void send());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return;
    keepCopy();
    void send(true);
  });
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    nextTurn();
    leaving = true;
    stopped = true;
    clearTimeout(saveTimer);
    // The copy stays until a page comes that shows that the server has the text.
    keepCopy();
    quietly(() => sessionStorage.setItem(SENT, place));
  });

  offerCopy();
  offerShared();

  /** A copy that is left over: the browser died, or the line never came back. */
  function offerCopy() {
    /** @type {Copy | null} */
    const copy = quietly(() => JSON.parse(localStorage.getItem(place) ?? 'null'));
    if (!copy) return;
    if (same(copy)) return void dropCopy();
    const when = new Date(copy.at).toLocaleString(document.documentElement.lang);
    const note = bar(texts['found']?.replace('{{when}}', when) ?? '');
    note.append(
      button(texts['restore'] ?? '', () => {
        fill(copy);
        note.remove();
        changed();
      }),
      ' ',
      button(texts['discard'] ?? '', () => {
        dropCopy();
        note.remove();
      }),
    );
  }

  /** @param {string} text */
  function bar(text) {
    const note = document.createElement('p');
    note.className = 'note';
    note.setAttribute('role', 'status');
    note.append(text, ' ');
    form.before(note);
    return note;
  }

  /**
   * @param {string} label
   * @param {() => void} press
   */
  function button(label, press) {
    const made = document.createElement('button');
    made.type = 'button';
    made.className = 'plain';
    made.textContent = label;
    made.addEventListener('click', press);
    return made;
  }

  /** Whether the page shows what the copy holds. @param {Copy} copy */
  function same(copy) {
    /** @param {[string, string][]} fields */
    const answers = (fields) =>
      JSON.stringify(
        fields
          .filter(([name, value]) => ANSWER.test(name) && value.trim() !== '')
          .map(([name, value]) => [name, value.replace(/\r\n/g, '\n').trim()]),
      );
    return answers(copy.fields) === answers(fieldsOf(form));
  }

  /** @param {Copy} copy */
  function fill(copy) {
    // A rule looks back only, so each round can open one branch more.
    for (let round = 0; round < 5; round += 1) {
      for (const found of form.elements) {
        const field = /** @type {HTMLInputElement} */ (found);
        if (!field.name || !ANSWER.test(field.name) || field.type === 'file') continue;
        const values = copy.fields
          .filter(([name]) => name === field.name)
          .map(([, value]) => value);
        if (field.type === 'radio' || field.type === 'checkbox')
          field.checked = values.includes(field.value);
        else if (values[0] !== undefined && field.type !== 'submit') field.value = values[0];
      }
      // Opens and closes branches, see `section.js`.
      form.dispatchEvent(new Event('change'));
    }
  }

  function offerShared() {
    const actions = form.querySelector('.actions');
    if (!actions) return;
    const label = document.createElement('label');
    label.className = 'shared quiet';
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = isShared();
    box.addEventListener('change', () => {
      quietly(() => localStorage.setItem(SHARED, box.checked ? 'yes' : 'no'));
      if (!box.checked) return;
      // Every copy, of other sections and States too.
      quietly(() => {
        for (const name of Object.keys(localStorage))
          if (name.startsWith('rapporteur /')) localStorage.removeItem(name);
      });
      say(texts['sharedNow']);
    });
    label.append(box, ` ${texts['shared']}`);
    actions.after(label);
  }

  form.addEventListener('input', changed);
  addEventListener('beforeunload', (event) => {
    if (version !== saved && !leaving) event.preventDefault();
  });
}

/** A button's save led on to another page: the server has the text. */
quietly(() => {
  const sent = sessionStorage.getItem(SENT);
  if (!sent || sent === `rapporteur ${location.pathname}`) return;
  localStorage.removeItem(sent);
  sessionStorage.removeItem(SENT);
});

const form = document.getElementById('section');
if (form instanceof HTMLFormElement && form.dataset['saving']) saving(form);
