// @ts-check
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { formatClock } from '../../../../../shared/src/web/format.js';
import { call } from '../../../../../shared/src/web/http.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { onLanguage, say, setUpLanguage } from '../../../../../shared/src/web/language.js';
import { act, onActed } from './act.js';
import { followBox } from './box-link.js';
import { setUpCameraView, showCamera, showLook } from './camera-view.js';
import { showClock } from './clock-facts.js';
import { showLegend } from './light-legend.js';
import { showOffline } from './offline-notice.js';
import { showPayments } from './payment-list.js';
import { showReceipts } from './receipt-list.js';
import { isFormOpen, setUpResultPanel, showResult } from './result-panel.js';
import { setUpSaleForm } from './sale-form.js';
import { showStatements } from './statement-list.js';
import { showStatus } from './status-strip.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */
/** @typedef {import('@scanpay/shared/api/lights.ts').LightRow} LightRow */

/** @type {BoxView | undefined} */
let view;
/** @type {LightRow[]} */
let lights = [];
let openView = 'sale';
/** @type {ReturnType<typeof setUpSaleForm> | undefined} */
let saleForm;
const lists = ['payments', 'receipts', 'statements'];
/** A list on show is asked for again when the box speaks, but not for every word of it. */
const listEveryMs = 1_000;
let listedAt = 0;
let isListDue = false;

const views = /** @type {const} */ ([
  { name: 'sale', sign: 'scan', words: { ko: '결제', en: 'Sale' }, show: async () => undefined },
  { name: 'payments', sign: 'list', words: { ko: '내역', en: 'Payments' }, show: showPayments },
  { name: 'receipts', sign: 'receipt', words: { ko: '영수증', en: 'Receipts' }, show: showReceipts },
  { name: 'statements', sign: 'scales', words: { ko: '정산', en: 'Settlement' }, show: showStatements },
  { name: 'camera', sign: 'camera', words: { ko: '카메라', en: 'Camera' }, show: async () => showLook() },
  { name: 'lights', sign: 'lamp', words: { ko: '램프', en: 'Lamp' }, show: async () => showLegend(lights) },
]);

/** @param {string} name */
function open(name) {
  openView = name;
  listedAt = performance.now();
  for (const each of views) {
    byId(`view-${each.name}`, HTMLElement).hidden = each.name !== name;
    byId(`open-${each.name}`, HTMLElement).ariaCurrent = each.name === name ? 'page' : null;
    if (each.name === name) void each.show();
  }
}

function showViews() {
  const buttons = views.map(({ name, sign, words }) =>
    el(
      'button',
      { id: `open-${name}`, type: 'button', onclick: () => open(name) },
      icon(sign),
      el('span', {}, say(words)),
    ),
  );
  fill(byId('views', HTMLElement), ...buttons);
  showCamera(view);
  open(openView);
}

/** The patterns of the lamp, asked for once the box is there. */
async function readLights() {
  if (lights.length > 0) return;
  const reply = await call('GET', '/api/lights');
  if (!reply.ok) return;
  lights = reply.value.lights;
  if (view !== undefined) showStatus(view, lights);
  if (openView === 'lights') showLegend(lights);
}

/** @param {BoxView} next */
function take(next) {
  void readLights();
  const before = view;
  view = next;
  showStatus(next, lights);
  showOffline(next);
  showClock(next.clock);
  showCamera(next);
  const isNews = before !== undefined && pictureOf(before) !== pictureOf(next);
  // What happens at the counter comes first, whatever list is open.
  if (isNews && next.counter.kind !== 'idle') open('sale');
  byId('sale', HTMLFormElement).hidden = !isFormOpen(next.counter);
  saleForm?.allowCashReceipts(next.takesCashReceipts);
  showResult(next);
  if (lists.includes(openView)) listAgain();
}

/** When it is due, and at the latest then: what the box said last is shown in the end, also where it says nothing more. */
function listAgain() {
  if (isListDue) return;
  isListDue = true;
  const waitMs = Math.max(0, listedAt + listEveryMs - performance.now());
  setTimeout(() => {
    isListDue = false;
    if (lists.includes(openView)) open(openView);
  }, waitMs);
}

/** @param {BoxView} of */
const pictureOf = ({ counter }) => `${counter.kind} ${counter.paymentId} ${counter.code}`;

/** @param {boolean} isLost */
function showLost(isLost) {
  const note = byId('lost', HTMLElement);
  byId('main', HTMLElement).inert = isLost;
  document.body.classList.toggle('is-lost', isLost);
  if (note.hidden !== isLost) return;
  note.hidden = !isLost;
  const at = view === undefined ? '' : ` (${formatClock(view.nowMs, true)})`;
  const words = {
    ko: `단말기와 연결이 끊겼습니다. 화면은 마지막으로 받은 내용${at}입니다. 다시 연결하고 있습니다.`,
    en: `This page has lost the box. What you see is the last it said${at}. Trying again.`,
  };
  fill(note, icon('alert'), el('span', {}, say(words)));
}

function start() {
  setUpLanguage(byId('language', HTMLButtonElement));
  setUpCameraView();
  saleForm = setUpSaleForm();
  const refund = byId('ask-refund', HTMLButtonElement);
  refund.addEventListener('click', () => void act('refund', undefined, { button: refund }));
  setUpResultPanel(() => view && take(view));
  showViews();
  onLanguage(() => {
    showViews();
    if (view !== undefined) take(view);
  });
  const link = followBox({ onView: take, onLost: showLost });
  onActed(link.refresh);
}

start();
