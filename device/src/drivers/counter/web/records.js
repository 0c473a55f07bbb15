// @ts-check
import { el, fill } from '../../../../../shared/src/web/dom.js';
import { call } from '../../../../../shared/src/web/http.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { language, say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/** @type {WeakMap<HTMLElement, string>} What each list was drawn from: the same again is left alone. */
const drawn = new WeakMap();

/**
 * Asks for a list; when there is none, says why in its place. Undefined: there is nothing to draw anew.
 *
 * @param {HTMLElement} place
 * @param {string} path
 * @param {string} [also] what else the list depends on
 * @returns {Promise<any>}
 */
export async function readRecords(place, path, also = '') {
  const reply = await call('GET', path);
  const text = JSON.stringify([reply, language(), also]);
  if (drawn.get(place) === text) return undefined;
  drawn.set(place, text);
  if (reply.ok) return reply.value;
  fill(place, el('p', { class: 'problem', role: 'alert' }, icon('alert'), say(reply.message), ` (${reply.code})`));
  return undefined;
}

/** @param {Words} words */
export const makeEmptyNote = (words) => el('p', { class: 'empty card' }, say(words));
