// @ts-check
import { byId, fill } from '../../../../../shared/src/web/dom.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */
/** @typedef {import('../../../../../shared/src/web/dom.js').Child} Child */

/**
 * Asks before something that cannot be taken back. The focus is on "no" first, and Escape means no.
 *
 * @param {{ title: Words, body: Child[], yes: Words, no: Words, danger?: boolean }} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, body, yes, no, danger = false }) {
  const dialog = byId('ask', HTMLDialogElement);
  const yesButton = byId('ask-yes', HTMLButtonElement);
  const noButton = byId('ask-no', HTMLButtonElement);
  fill(byId('ask-title', HTMLElement), say(title));
  fill(byId('ask-body', HTMLElement), ...body);
  fill(yesButton, say(yes));
  fill(noButton, say(no));
  yesButton.className = danger ? 'button button-danger' : 'button button-main';
  dialog.returnValue = '';
  yesButton.onclick = () => dialog.close('yes');
  noButton.onclick = () => dialog.close('no');
  dialog.showModal();
  noButton.focus();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
