// @ts-check
import { byId, fill } from '../../../../../shared/src/web/dom.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

const showMs = 6_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * A line at the foot of the page, read out and gone after a while.
 *
 * @param {Words} words
 * @param {string} [code] of a refusal
 */
export function notify(words, code) {
  const notice = byId('notice', HTMLElement);
  fill(notice, say(words), code !== undefined && ` (${code})`);
  notice.classList.add('notice-shown');
  clearTimeout(timer);
  timer = setTimeout(() => {
    notice.classList.remove('notice-shown');
    fill(notice);
  }, showMs);
}

/**
 * Reads a result out at once.
 *
 * @param {Words} words
 */
export function announce(words) {
  fill(byId('announcement', HTMLElement), say(words));
}
