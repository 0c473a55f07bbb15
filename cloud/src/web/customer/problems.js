// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { itemInputId } from './offers.js';

/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */
/**
 * Something wrong with one field, or with the form as a whole (`field` undefined).
 *
 * @typedef {{ field: string | undefined, words: Words, code: string }} Problem
 */

/** JSON pointers of the body and the fields of the page. */
const fields = {
  '/name': 'name',
  '/address': 'address',
  '/mobile': 'mobile',
  '/card/number': 'card-number',
  '/card/expiry': 'card-expiry',
  '/items': 'items',
  '/agreed': 'agreed',
};
/** Where a refusal without a pointer belongs. */
const fieldsOfCodes = { card_number_invalid: 'card-number', card_expiry_past: 'card-expiry' };

/**
 * The server names the field by JSON pointer at the start of the detail: `/card/number: …`, `body/mobile: …`.
 *
 * @param {{ code: string, message: Words, detail: string }} refusal
 * @returns {Problem}
 */
export function toProblem({ code, message, detail }) {
  const pointer = /^(?:body)?((?:\/[A-Za-z0-9]+)+)/u.exec(detail)?.[1] ?? '';
  const item = /^\/items\/([0-9]+)\/([A-Za-z]+)/u.exec(pointer);
  const field =
    (item === null ? undefined : itemInputId(Number(item[1]), item[2] === 'offerId' ? 'visitFrom' : (item[2] ?? ''))) ??
    /** @type {Record<string, string>} */ (fields)[pointer] ??
    /** @type {Record<string, string>} */ (fieldsOfCodes)[code];
  return { field, words: message, code };
}

/**
 * Shows every problem at its field, and puts the focus on the first.
 *
 * @param {readonly Problem[]} problems
 */
export function showProblems(problems) {
  clearProblems();
  for (const { field, words, code } of problems) {
    const place = document.getElementById(`${field}-problem`) ?? byId('form-problem', HTMLElement);
    fill(place, icon('alert'), el('span', {}, say(words), ' ', code !== '' && el('span', { class: 'code' }, code)));
    const input = field === undefined ? null : document.getElementById(field);
    if (input instanceof HTMLInputElement) input.setAttribute('aria-invalid', 'true');
  }
  const first = problems[0]?.field;
  const target =
    (first && document.getElementById(first === 'items' ? 'offers' : first)) || byId('submit', HTMLElement);
  const focusable =
    target instanceof HTMLInputElement || target instanceof HTMLButtonElement ? target : target.querySelector('input');
  focusable?.focus();
}

export function clearProblems() {
  for (const place of document.querySelectorAll('#registration .problem')) fill(place);
  for (const input of document.querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
}
