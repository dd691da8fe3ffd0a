// Comfort on a section's page: branches open and close at once, "none of these" clears the others, a choice can be
// taken back. The server decides everything again. Saving by itself is in `saving.js`.

/**
 * Whether a branch is open. The same rules as `server/questionnaire/condition.ts`; a test compares the two.
 * @param {any} condition
 * @param {Record<string, unknown>} answers only the answers that count; a rule on a missing one is false
 * @returns {boolean}
 */
export function holds(condition, answers) {
  if (condition.all) return condition.all.every((/** @type {any} */ part) => holds(part, answers));
  if (condition.any) return condition.any.some((/** @type {any} */ part) => holds(part, answers));
  const answer = /** @type {any} */ (answers[condition.q]);
  if (answer === undefined || answer === null) return false;
  const { op, value } = condition;
  const plain = typeof answer === 'object' && 'amount' in answer ? answer.amount : answer;
  if (op === 'answered') return true;
  if (op === 'eq') return String(answer) === String(value);
  if (op === 'neq') return String(answer) !== String(value);
  if (op === 'in') return Array.isArray(value) && value.includes(String(answer));
  if (op === 'includes') return Array.isArray(answer) && answer.includes(String(value));
  if (op === 'gt') return Number(plain) > Number(value);
  if (op === 'lt') return Number(plain) < Number(value);
  return false;
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** @param {HTMLFormElement} form */
function prepare(form) {
  /** @type {Record<string, unknown>} */
  const elsewhere = JSON.parse(form.dataset['elsewhere'] ?? '{}');

  function update() {
    /** @type {Record<string, unknown>} */
    const answers = { ...elsewhere };
    // In the order of the page: a rule looks back only.
    for (const found of form.querySelectorAll('[data-question]')) {
      let question = /** @type {HTMLElement} */ (found);
      if (question instanceof HTMLTemplateElement) {
        const inner = /** @type {HTMLElement} */ (question.content.firstElementChild);
        if (!holds(JSON.parse(inner.dataset['shownWhen'] ?? '{"all":[]}'), answers)) continue;
        question.replaceWith(question.content);
        question = inner;
        polish(question);
      }
      const rule = question.dataset['shownWhen'];
      const open = !rule || holds(JSON.parse(rule), answers);
      show(question, open);
      const answer = open ? answerIn(question) : undefined;
      if (answer !== undefined) answers[question.dataset['question'] ?? ''] = answer;
    }
  }

  polish(form);
  update();
  form.addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement) {
      keepAlone(form, event.target);
      refuseLarge(event.target);
    }
    update();
  });
}

/**
 * A closed question sends nothing, so its saved answer stays for when the branch opens again.
 * @param {HTMLElement} question
 * @param {boolean} open
 */
function show(question, open) {
  question.hidden = !open;
  for (const field of question.querySelectorAll('input, select, textarea, button'))
    field.toggleAttribute('disabled', !open);
}

/**
 * What the fields of a question say, as far as rules look at it.
 * @param {HTMLElement} question
 */
function answerIn(question) {
  const id = question.dataset['question'] ?? '';
  const fields = [...question.querySelectorAll('input, select, textarea')].map(
    (one) => /** @type {Field} */ (one),
  );
  const own = fields.filter((field) => field.name === id);
  const checks = own.filter((field) => field.type === 'checkbox');
  if (checks.length > 0) {
    const values = checks
      .filter((field) => /** @type {HTMLInputElement} */ (field).checked)
      .map((field) => field.value);
    return values.length > 0 ? values : undefined;
  }
  const radios = own.filter((field) => field.type === 'radio');
  if (radios.length > 0)
    return radios.find((field) => /** @type {HTMLInputElement} */ (field).checked)?.value;
  const written = fields.find((field) => field.name === id || field.name === `${id}.amount`);
  if (written) return written.value.trim() === '' ? undefined : readable(written.value);
  // A matrix or a file: rules ask only whether there is an answer.
  const some = fields
    .filter((field) => field.name.startsWith(`${id}.`))
    .some((field) =>
      field instanceof HTMLInputElement && /radio|checkbox/.test(field.type)
        ? field.checked
        : field.value.trim() !== '',
    );
  return some || question.querySelector('ul.files') ? true : undefined;
}

/**
 * A number as the server would read it in the plain cases; other words stay words.
 * @param {string} text
 */
function readable(text) {
  const plain = text
    .replace(/[\s\u00a0\u202f'’]/g, '')
    .replace(/,(?=\d{3}\b)/g, '')
    .replace(',', '.');
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : text.trim();
}

/**
 * "None" and "do not know" stand alone.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} changed
 */
function keepAlone(form, changed) {
  if (changed.type !== 'checkbox' || !changed.checked) return;
  const alone = changed.dataset['exclusive'] !== undefined;
  for (const field of form.querySelectorAll('input[type="checkbox"]')) {
    const other = /** @type {HTMLInputElement} */ (field);
    if (other.name !== changed.name || other === changed) continue;
    if (alone || other.dataset['exclusive'] !== undefined) other.checked = false;
  }
}

/**
 * A file beyond the limit would take a slow line half an hour to be refused.
 * @param {HTMLInputElement} field
 */
function refuseLarge(field) {
  const most = Number(field.dataset['mostBytes']);
  if (!most) return;
  const large = [...(field.files ?? [])].some((file) => file.size > most);
  field.setCustomValidity(large ? (field.dataset['tooLarge'] ?? '') : '');
  if (!large) return;
  field.reportValidity();
  field.value = '';
}

/** @param {HTMLElement} part */
function polish(part) {
  for (const found of part.querySelectorAll('button[data-clear]')) {
    const button = /** @type {HTMLButtonElement} */ (found);
    button.hidden = false;
    button.addEventListener('click', () => {
      const group = button.closest('fieldset');
      for (const field of group?.querySelectorAll('input') ?? [])
        if (field.type === 'radio') field.checked = false;
      for (const kind of ['input', 'change'])
        group?.querySelector('input')?.dispatchEvent(new Event(kind, { bubbles: true }));
      /** @type {HTMLElement | null | undefined} */ (
        group?.querySelector('input[type="radio"]')
      )?.focus();
    });
  }
}

if (typeof document !== 'undefined') {
  // A section, or the questions that the Committee asks back about.
  for (const id of ['section', 'answer']) {
    const form = document.getElementById(id);
    if (form instanceof HTMLFormElement) prepare(form);
  }
}
