// @ts-check
import { el } from './dom.js';
import { say } from './language.js';

/** @typedef {import('./language.js').Words} Words */
/** @typedef {import('./dom.js').Child} Child */

/**
 * Asks before something that cannot be taken back. The focus is on "no" first, and Escape means no.
 *
 * @param {{ title: Words, body: Child[], yes: Words, no: Words, danger?: boolean }} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, body, yes, no, danger = false }) {
  const look = danger ? 'button-danger' : 'button-main';
  const noButton = el('button', { type: 'button', class: 'button', onclick: () => dialog.close('no') }, say(no));
  const yesButton = el(
    'button',
    { id: 'ask-yes', type: 'button', class: `button ${look}`, onclick: () => dialog.close('yes') },
    say(yes),
  );
  const dialog = el(
    'dialog',
    { class: 'ask', 'aria-labelledby': 'ask-title' },
    el('h2', { id: 'ask-title' }, say(title)),
    el('div', { class: 'ask-body' }, ...body),
    el('div', { class: 'ask-buttons' }, noButton, yesButton),
  );
  document.body.append(dialog);
  dialog.showModal();
  noButton.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
