// A button beside each quotation that copies it. Without this script, or where nothing may be copied, the text can be selected.

if (navigator.clipboard)
  for (const button of document.querySelectorAll('button[data-copy]')) {
    const copy = /** @type {HTMLButtonElement} */ (button);
    const source = document.getElementById(copy.dataset['copy'] ?? '');
    const said = copy.nextElementSibling;
    copy.hidden = false;
    copy.addEventListener('click', () => {
      const text = /** @type {HTMLTextAreaElement | null} */ (source)?.value ?? '';
      navigator.clipboard.writeText(text).then(() => {
        if (said) said.textContent = copy.dataset['done'] ?? '';
      });
    });
  }
