// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { language, onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { createTurns } from '../../../../shared/src/web/turns.js';
import { ownCompany, readDebts, readPayment } from '../settlement/books.js';
import { learnShopNames } from '../settlement/words.js';
import { makeDebts } from './debts.js';
import { makeSplitTable } from './split.js';
import { makeTrace } from './trace.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */
/** @typedef {import('../../../../shared/src/web/http.js').Reply<any>} Reply */

const refreshMs = 3_000;
/** @type {Reconciliation | undefined} What is on show. */
let shown;
/** What the debts were drawn from: the same again is left alone. */
let drawn = '';
const searches = createTurns();

/** @param {Reply} reply */
const describeProblem = (reply) =>
  reply.ok ? [] : [icon('alert'), el('span', {}, say(reply.message), ` (${reply.code})`)];

async function showDebts() {
  const reply = await readDebts();
  fill(byId('debts-problem', HTMLElement), ...describeProblem(reply));
  const text = JSON.stringify([reply, language()]);
  if (!reply.ok || text === drawn) return;
  drawn = text;
  fill(byId('debts', HTMLElement), ...makeDebts(reply.value.debts));
}

/** @param {string} paymentId */
async function showPayment(paymentId) {
  const isLast = searches();
  const reply = await readPayment(paymentId);
  if (!isLast()) return;
  fill(byId('problem', HTMLElement), ...describeProblem(reply));
  byId('payment', HTMLInputElement).setAttribute('aria-invalid', String(!reply.ok));
  // What belongs to another number is not left beside this one.
  shown = reply.ok ? reply.value : undefined;
  draw();
}

function draw() {
  const split = shown === undefined ? undefined : makeSplitTable(shown);
  const nowhere =
    ownCompany === null
      ? { ko: '어느 회사의 장부에도 없는 결제번호입니다.', en: 'No book has a payment of this number.' }
      : { ko: '이 장부에 없는 결제번호입니다.', en: 'This book has no payment of this number.' };
  const isNowhere = shown?.companies.every(({ trace, problem }) => trace === null && problem === null);
  fill(byId('split', HTMLElement), split, isNowhere && el('p', { class: 'nothing card' }, say(nowhere)));
  fill(byId('traces', HTMLElement), ...(isNowhere ? [] : (shown?.companies ?? []).map(makeTrace)));
}

async function refreshForEver() {
  for (;;) {
    await showDebts();
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
  }
}

async function start() {
  await learnShopNames();
  const asked = new URLSearchParams(location.search).get('payment');
  if (asked !== null) {
    byId('payment', HTMLInputElement).value = asked;
    await showPayment(asked);
    byId('trace-title', HTMLElement).scrollIntoView();
  }
  await refreshForEver();
}

byId('search', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  const paymentId = byId('payment', HTMLInputElement).value.trim().toLowerCase();
  history.replaceState(null, '', `?payment=${encodeURIComponent(paymentId)}`);
  void showPayment(paymentId);
});
setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => {
  draw();
  void showDebts();
});
void start();
