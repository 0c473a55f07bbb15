// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { seoulDate } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { language, onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { createTurns } from '../../../../shared/src/web/turns.js';
import { ownCompany, readDebts, readFindings, readPayment } from '../settlement/books.js';
import { learnShopNames } from '../settlement/words.js';
import { makeDebts } from './debts.js';
import { makeFindings } from './findings.js';
import { makeSplitTable } from './split.js';
import { makeTrace } from './trace.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */
/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Findings} Findings */
/** @typedef {import('../../../../shared/src/web/http.js').Reply<any>} Reply */

const refreshMs = 3_000;
/** @type {Reconciliation | undefined} What is on show. */
let shown;
/** @type {Findings | undefined} What is to be chosen from. */
let found;
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
  found = undefined;
  draw();
}

/** One payment is followed at once; several, or statements, are shown to choose from. @param {string} text */
async function search(text) {
  const date = byId('date', HTMLInputElement).value;
  history.replaceState(null, '', `?${new URLSearchParams({ find: text, date })}`);
  const isLast = searches();
  const reply = await readFindings(text, date);
  if (!isLast()) return;
  const payments = reply.ok ? [...new Set(reply.value.events.map(({ paymentId }) => paymentId))] : [];
  if (reply.ok && payments.length === 1 && reply.value.statements.length === 0) return showPayment(String(payments[0]));
  fill(byId('problem', HTMLElement), ...describeProblem(reply));
  byId('payment', HTMLInputElement).setAttribute('aria-invalid', String(!reply.ok));
  shown = undefined;
  found = reply.ok ? reply.value : undefined;
  draw();
}

function draw() {
  const split = shown === undefined ? undefined : makeSplitTable(shown);
  const nowhere =
    ownCompany === null
      ? { ko: '어느 회사의 장부에도 없습니다.', en: 'It is in no book.' }
      : { ko: '이 장부에 없습니다.', en: 'It is not in this book.' };
  const isNowhere =
    shown?.companies.every(({ trace, problem }) => trace === null && problem === null) ??
    (found !== undefined && found.events.length + found.statements.length + found.problems.length === 0);
  fill(byId('findings', HTMLElement), ...(found === undefined ? [] : makeFindings(found)));
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
  const asked = new URLSearchParams(location.search);
  const [payment, text] = [asked.get('payment'), asked.get('find')];
  byId('date', HTMLInputElement).value = asked.get('date') ?? seoulDate(Date.now());
  byId('payment', HTMLInputElement).value = payment ?? text ?? '';
  if (payment !== null || text !== null) {
    await (payment === null ? search(text ?? '') : showPayment(payment));
    byId('trace-title', HTMLElement).scrollIntoView();
  }
  await refreshForEver();
}

byId('search', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void search(byId('payment', HTMLInputElement).value.trim());
});
setUpLanguage(byId('language', HTMLButtonElement));
onLanguage(() => {
  draw();
  void showDebts();
});
void start();
