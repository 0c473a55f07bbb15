// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { say } from '../../../../shared/src/web/language.js';

/** The fees of a contract, in the order in which they are taken. */
export const feeNames = {
  cardFee: { ko: '카드사 수수료', en: 'Card company' },
  pgFee: { ko: 'PG 수수료', en: 'PG' },
  operatorFee: { ko: '운영사 수수료', en: 'Operator' },
};

/** @param {string} id */
export const inputOf = (id) => byId(id, HTMLInputElement);
/** @param {string} id */
const choiceOf = (id) => byId(id, HTMLSelectElement).value;
/** @param {string} text */
const orNull = (text) => (text === '' ? null : text);
/** @param {string} id */
const numberOrNull = (id) => (inputOf(id).value === '' ? null : Number(inputOf(id).value));

/**
 * Draws a rate, a minimum and a cap for each fee; what was entered stays.
 *
 * @param {HTMLElement} place
 */
export function showFeeFields(place) {
  const parts = [
    { id: 'percent', ko: '%', en: '%', value: '0', step: '0.01', max: '100' },
    { id: 'min', ko: '최소 (원)', en: 'minimum (won)', value: '0', step: '1', max: null },
    { id: 'cap', ko: '최대 (원)', en: 'cap (won)', value: '', step: '1', max: null },
  ];
  const fields = Object.entries(feeNames).flatMap(([fee, words]) =>
    parts.map(({ id: part, ko, en, value, step, max }) => {
      const id = `${fee}-${part}`;
      const known = document.getElementById(id);
      const input = el('input', { id, type: 'number', min: '0', max, step, required: part !== 'cap' });
      input.value = known instanceof HTMLInputElement ? known.value : value;
      const label = say({ ko: `${words.ko} ${ko}`, en: `${words.en} ${en}` });
      return el('div', { class: 'field' }, el('label', { for: id }, label), input);
    }),
  );
  fill(place, ...fields);
}

/**
 * Tax begins as it was entered last: a version that merely forgot it would be a wrong receipt.
 *
 * @param {Pick<import('../../../../shared/src/api/contract.ts').ContractVersion, 'taxation' | 'vatType'>} version
 */
export function offerTax({ taxation = 'taxable', vatType = 'general' }) {
  byId('taxation', HTMLSelectElement).value = taxation;
  byId('vat-type', HTMLSelectElement).value = vatType;
}

/** What was entered, as the operator's API takes it. */
export function readDraft() {
  return {
    offerId: orNull(inputOf('offer').value.trim()),
    tender: orNull(choiceOf('tender')),
    validFrom: inputOf('from').value,
    validTo: orNull(inputOf('to').value),
    replaces: numberOrNull('replaces'),
    ...Object.fromEntries(Object.keys(feeNames).map((fee) => [fee, readFee(fee)])),
    discount: readDiscount(),
    settlementCycle: readCycle(),
    taxation: choiceOf('taxation'),
    vatType: choiceOf('vat-type'),
  };
}

/** Per cent, with two decimals at most, as basis points. @param {string} id */
const readBps = (id) => Math.round(Number(inputOf(id).value) * 100);

/** @param {string} fee */
function readFee(fee) {
  return { bps: readBps(`${fee}-percent`), minWon: numberOrNull(`${fee}-min`), capWon: numberOrNull(`${fee}-cap`) };
}

function readDiscount() {
  const kind = choiceOf('discount');
  if (kind === '') return null;
  if (kind === 'percent') return { kind, bps: readBps('discount-size') };
  return { kind, amountWon: numberOrNull('discount-size') };
}

function readCycle() {
  const kind = choiceOf('cycle');
  const day = numberOrNull('cycle-day');
  if (kind === 'weekly') return { kind, weekday: day };
  if (kind === 'monthly') return { kind, day };
  if (kind === 'same-day') return { kind };
  return { kind: 'daily', bankingDays: kind === 'daily-2' ? 2 : 1 };
}
