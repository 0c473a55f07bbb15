// @ts-check

/**
 * Korean first, English at the press of a button. Fixed texts stand in the page itself, in Korean, with the English in
 * `data-en` (and `data-en-placeholder`, `data-en-label` for these attributes); what a script writes comes as `Words`.
 */

/** @typedef {'ko' | 'en'} Language */
/** @typedef {{ ko: string, en: string }} Words */

const storageKey = 'scanpay-language';
const attributes = { 'data-en-placeholder': 'placeholder', 'data-en-label': 'aria-label' };

/** @type {Language} */
let current = 'ko';
/** @type {Set<() => void>} */
const listeners = new Set();
/** @type {WeakMap<Element, Map<string, string>>} Korean of each fixed text. */
const korean = new WeakMap();

/** @returns {Language} */
export const language = () => current;

/** @param {Words} words */
export const say = (words) => words[current];

/**
 * Called after every change of language.
 *
 * @param {() => void} listener
 */
export function onLanguage(listener) {
  listeners.add(listener);
}

/**
 * Shows the page in the language chosen last, and lets the button change it.
 *
 * @param {HTMLButtonElement} button
 */
export function setUpLanguage(button) {
  use(recall());
  button.addEventListener('click', () => {
    use(current === 'ko' ? 'en' : 'ko');
    remember();
  });

  /** @param {Language} next */
  function use(next) {
    current = next;
    document.documentElement.lang = current;
    button.textContent = current === 'ko' ? 'English' : '한국어';
    button.lang = current === 'ko' ? 'en' : 'ko';
    translate(document);
    for (const listener of listeners) listener();
  }
}

/**
 * Puts the fixed texts below `root` into the current language.
 *
 * @param {Document | Element} root
 */
function translate(root) {
  for (const element of root.querySelectorAll('[data-en]')) {
    const english = element.getAttribute('data-en') ?? '';
    element.textContent = current === 'en' ? english : recallKorean(element, 'text', () => element.textContent ?? '');
  }
  for (const [source, target] of Object.entries(attributes)) {
    for (const element of root.querySelectorAll(`[${source}]`)) {
      const english = element.getAttribute(source) ?? '';
      const own = recallKorean(element, target, () => element.getAttribute(target) ?? '');
      element.setAttribute(target, current === 'en' ? english : own);
    }
  }
}

/**
 * @param {Element} element
 * @param {string} name
 * @param {() => string} read
 */
function recallKorean(element, name, read) {
  const known = korean.get(element) ?? new Map();
  korean.set(element, known);
  const text = known.get(name) ?? read();
  known.set(name, text);
  return text;
}

/** @returns {Language} */
function recall() {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'ko';
  } catch {
    // A browser may refuse storage altogether; the page then starts in Korean each time.
    return 'ko';
  }
}

function remember() {
  try {
    localStorage.setItem(storageKey, current);
  } catch {
    // See above.
  }
}
