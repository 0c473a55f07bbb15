// @ts-check
import { byId, fill } from '../../../../shared/src/web/dom.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { makeDebtTable } from './debts.js';
import { makeTrace } from './trace.js';

/** @typedef {import('@scanpay/shared/api/reconciliation.ts').Reconciliation} Reconciliation */

const refreshMs = 3_000;
/** @type {Reconciliation | undefined} What is on show. */
let shown;

async function showDebts() {
  const reply = await call('GET', '/v1/debts');
  if (reply.ok) fill(byId('debts', HTMLElement), makeDebtTable(reply.value.debts));
}

/** @param {string} paymentId */
async function showPayment(paymentId) {
  const reply = await call('GET', `/v1/reconciliation/${encodeURIComponent(paymentId)}`);
  const problem = byId('problem', HTMLElement);
  fill(problem);
  if (!reply.ok) return fill(problem, say(reply.message), ` (${reply.code})`);
  shown = reply.value;
  draw();
}

function draw() {
  const place = byId('traces', HTMLElement);
  if (shown === undefined) return fill(place);
  fill(place, ...shown.companies.map(makeTrace));
}

async function refreshForEver() {
  for (;;) {
    await showDebts();
    await new Promise((resolve) => setTimeout(resolve, refreshMs));
  }
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
const asked = new URLSearchParams(location.search).get('payment');
if (asked !== null) {
  byId('payment', HTMLInputElement).value = asked;
  void showPayment(asked);
}
void refreshForEver();
