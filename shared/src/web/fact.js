// @ts-check
import { el } from './dom.js';
import { say } from './language.js';

/**
 * One name and its value, for a list `dl.facts`.
 *
 * @param {import('./language.js').Words} name
 * @param {string} value
 * @param {string} [look] `fact-main`: the one that counts; `fact-text`: may take more than one line
 */
export const fact = (name, value, look = '') =>
  el('div', { class: look }, el('dt', {}, say(name)), el('dd', { class: 'number' }, value));
