// @ts-check
import { call } from '../../../../../shared/src/web/http.js';
import { notify } from './notice.js';

/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/** @type {() => Promise<void>} */
let afterwards = async () => undefined;

/**
 * Called after every action that the box took, for pages that get no events.
 *
 * @param {() => Promise<void>} refresh
 */
export function onActed(refresh) {
  afterwards = refresh;
}

/**
 * Lets the box do something; a refusal is shown at the foot of the page unless `onRefused` shows it elsewhere. The
 * button that asked rests meanwhile, so that a second press does nothing.
 *
 * @param {string} path below `/api`
 * @param {object} [body]
 * @param {{ button?: HTMLButtonElement | undefined, onRefused?: (words: Words, code: string) => void }} [how]
 * @returns {Promise<boolean>} whether the box did it
 */
export async function act(path, body, { button, onRefused = notify } = {}) {
  if (button) button.disabled = true;
  const reply = await call('POST', `/api/${path}`, body);
  if (button) button.disabled = false;
  if (reply.ok) await afterwards();
  else onRefused(reply.message, reply.code);
  return reply.ok;
}
