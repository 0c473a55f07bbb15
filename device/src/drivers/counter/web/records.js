// @ts-check
import { el, fill } from '../../../../../shared/src/web/dom.js';
import { call } from '../../../../../shared/src/web/http.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/**
 * Asks for a list; when there is none, says why in its place.
 *
 * @param {HTMLElement} place
 * @param {string} path
 * @returns {Promise<any>}
 */
export async function readRecords(place, path) {
  const reply = await call('GET', path);
  if (reply.ok) return reply.value;
  fill(place, el('p', { class: 'problem', role: 'alert' }, icon('alert'), say(reply.message), ` (${reply.code})`));
  return undefined;
}

/** @param {Words} words */
export const makeEmptyNote = (words) => el('p', { class: 'empty card' }, say(words));
