// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { fact } from '../../../../shared/src/web/fact.js';
import { call } from '../../../../shared/src/web/http.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { language, onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { createTurns } from '../../../../shared/src/web/turns.js';
import { makeOrderTable } from './order-table.js';
import { states } from './words.js';

/** @typedef {import('@scanpay/shared/api/cash-receipt.ts').CashReceiptRow} CashReceiptRow */
/** @typedef {import('@scanpay/shared/api/cash-receipt.ts').CashReceiptList} CashReceiptList */
/** @typedef {import('../../../../shared/src/web/http.js').Reply<any>} Reply */

/** Sooner while something that was tried again is under way. */
const refreshMs = { busy: 1_000, calm: 5_000 };
/** @type {CashReceiptList} */
let list = { orders: [], failed: 0, waiting: 0 };
/** @type {Map<string, CashReceiptRow>} What was tried again here, and has not failed again; it stays on show. */
const tried = new Map();
/** What is drawn: the same again is left alone, for somebody may be about to press. */
let drawn = '';
const loads = createTurns();
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** @param {Reply} reply */
function showProblem(reply) {
  fill(byId('problem', HTMLElement), ...(reply.ok ? [] : [icon('alert'), say(reply.message), ` (${reply.code})`]));
}

function show() {
  const orders = [...tried.values(), ...list.orders];
  const text = JSON.stringify([orders, list.failed, list.waiting, language()]);
  if (text === drawn) return;
  drawn = text;
  const count = (/** @type {number} */ number) => say({ ko: `${number}건`, en: String(number) });
  fill(
    byId('counts', HTMLElement),
    fact({ ko: '실패', en: 'Failed' }, count(list.failed), 'fact-main'),
    fact({ ko: '처리 중 (저절로 처리됩니다)', en: 'Under way (by itself)' }, count(list.waiting)),
  );
  const frame = byId('orders', HTMLElement);
  const focused = frame.contains(document.activeElement) ? document.activeElement?.id : undefined;
  fill(
    frame,
    makeOrderTable(orders, (order, button) => void retry(order, button)),
  );
  byId('more', HTMLElement).hidden = list.failed <= list.orders.length;
  // Its button is gone once something is tried again: the keyboard goes on from the list.
  if (focused !== undefined) (document.getElementById(focused) ?? frame).focus();
}

async function load() {
  const isLast = loads();
  const underWay = [...tried.values()].filter(({ state }) => state === 'requested');
  for (const order of underWay) await lookAt(order);
  const reply = await call('GET', '/v1/cash-receipts/failed');
  // Asked for before something was tried again, it would say that this had failed once more.
  if (!isLast()) return;
  showProblem(reply);
  if (!reply.ok) return;
  list = reply.value;
  for (const order of list.orders) if (tried.delete(order.orderId)) announce(order);
  show();
}

/** @param {CashReceiptRow} order that was tried again */
async function lookAt({ orderId }) {
  const reply = await call('GET', `/v1/cash-receipts/${orderId}`);
  if (!reply.ok) return;
  /** @type {CashReceiptRow} */
  const order = reply.value;
  // What failed again is in the list that is asked for next.
  if (order.state !== 'failed') tried.set(orderId, order);
  if (order.state === 'issued' || order.state === 'dropped') announce(order);
}

/** What came of another try. @param {CashReceiptRow} order */
function announce({ kind, state, reason, merchantName, numberMasked }) {
  const words = state === 'failed' ? { ko: '다시 실패했습니다.', en: 'It failed again.' } : states[kind][state].words;
  const why = reason === null ? '' : ` ${say(reason)}`;
  showOutcome(state !== 'failed', `${merchantName} ${numberMasked}: ${say(words)}${why}`);
}

/**
 * @param {boolean} isGood
 * @param {string} text
 */
function showOutcome(isGood, text) {
  const place = byId('outcome', HTMLElement);
  place.dataset.look = isGood ? 'good' : 'bad';
  fill(place, ...(text === '' ? [] : [icon(isGood ? 'check' : 'alert'), el('span', {}, text)]));
}

/**
 * @param {CashReceiptRow} order
 * @param {HTMLButtonElement} button
 */
async function retry(order, button) {
  button.disabled = true;
  showOutcome(true, '');
  const reply = await call('POST', `/v1/cash-receipts/${order.orderId}/retry`);
  button.disabled = false;
  // A button that rests gives up the focus.
  button.focus();
  if (reply.ok) {
    tried.set(order.orderId, { ...order, state: 'requested', code: null, reason: null });
    list.orders = list.orders.filter(({ orderId }) => orderId !== order.orderId);
    show();
  } else {
    showOutcome(false, `${say(reply.message)} (${reply.code})`);
  }
  await keepLoading();
}

/** Loads now, and again and again; a later call takes over. */
async function keepLoading() {
  clearTimeout(timer);
  await load();
  const isBusy = [...tried.values()].some(({ state }) => state === 'requested');
  clearTimeout(timer);
  timer = setTimeout(() => void keepLoading(), isBusy ? refreshMs.busy : refreshMs.calm);
}

// Wider than the window, the table is scrolled with the keyboard too.
byId('orders', HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(show);
void keepLoading();
