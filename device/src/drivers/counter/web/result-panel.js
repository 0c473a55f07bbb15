// @ts-check
import { byId, el, fill, setText } from '../../../../../shared/src/web/dom.js';
import { fact } from '../../../../../shared/src/web/fact.js';
import { formatCountdown, formatDay, formatWon } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { language, say } from '../../../../../shared/src/web/language.js';
import { act } from './act.js';
import { makeAuthNumberForm } from './auth-number-form.js';
import { describeCashReceipt, receiptWords } from './cash-receipt-facts.js';
import { announce } from './notice.js';
import { describeApproval, describeRedemption, describeRefundTax } from './payment-facts.js';
import { makeRecheckForm } from './recheck-form.js';
import { makeRefundAmount } from './refund-amount.js';
import { advice, results } from './result-words.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */
/** @typedef {import('@scanpay/shared/api/box.ts').CounterView} CounterView */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */
/** @typedef {import('../../../../../shared/src/web/dom.js').Child} Child */

/** What the panel shows; the same again is left alone, for somebody may be typing in it. */
let shown = '';
/** The box's clock less the page's, for the countdown. */
let clockOffsetMs = 0;
/** @type {number | null} */
let untilMs = null;
/** The unknown payment the clerk has put aside to serve the next customer. */
let asideId = '';

const scanAgain = { ko: '다시 스캔할 수 있습니다.', en: 'You can scan again.' };
const waitOrCash = {
  ko: '연결되면 이 판매를 이어서 스캔할 수 있습니다. 현금으로 받으려면 판매를 취소하고 현금을 선택하세요.',
  en: 'Once online this sale can be scanned. To take cash instead, give it up and choose cash.',
};

/** @param {() => void} onAside shows the sale form beside an unknown payment */
export function setUpResultPanel(onAside) {
  setInterval(showCountdown, 500);
  byId('result', HTMLElement).addEventListener('aside', onAside);
}

/** @param {CounterView} counter */
export const isFormOpen = ({ kind, paymentId }) => kind === 'idle' || (kind === 'unknown' && paymentId === asideId);

/**
 * The number stands in for a barcode that cannot be read, for cash; offline nobody could look it up.
 *
 * @param {CounterView} counter
 */
const takesAuthNumber = ({ kind, sale }) => sale?.tender === 'cash' && (kind === 'awaiting-scan' || kind === 'refused');

/** @param {BoxView} view */
export function showResult({ counter, nowMs, linkUp }) {
  clockOffsetMs = nowMs - Date.now();
  // How long a result stays is nobody's concern; how long the box waits is.
  untilMs = counter.kind === 'idle' || (results[counter.kind].isOver && !counter.sale) ? null : counter.untilMs;
  const { untilMs: _until, ...picture } = counter;
  const takesNumber = linkUp && takesAuthNumber(counter);
  const text = JSON.stringify([picture, language(), takesNumber]);
  if (text === shown) return showCountdown();
  const isNews = shown !== '' && JSON.parse(shown)[1] === language();
  shown = text;
  const panel = byId('result', HTMLElement);
  if (counter.kind === 'idle') {
    fill(panel);
    // No keyboard pops up on a tablet: the field has the page's own keypad.
    if (isNews) byId('amount', HTMLInputElement).focus({ preventScroll: true });
    return;
  }
  fill(panel, makePanel(counter, takesNumber));
  showCountdown();
  if (isNews) announce(counter.headline);
  byId('result-headline', HTMLElement).focus({ preventScroll: true });
  panel.scrollIntoView({ block: 'nearest' });
}

/**
 * @param {CounterView} counter
 * @param {boolean} takesNumber
 */
function makePanel(counter, takesNumber) {
  const { kind, code } = counter;
  if (kind === 'idle') throw new Error('nothing to show');
  const { tone, sign, name } = results[kind];
  const words = advice[kind];
  return el(
    'article',
    { class: `result result-${tone}`, 'data-kind': kind },
    el(
      'div',
      { class: 'result-face' },
      el('span', { class: 'result-sign' }, icon(sign)),
      el(
        'div',
        { class: 'result-words' },
        el('p', { class: 'result-name' }, say(name)),
        el('h2', { id: 'result-headline', class: 'result-headline', tabindex: '-1' }, say(counter.headline)),
        words && el('p', { class: 'result-advice' }, say(words)),
        code &&
          el('p', { class: 'result-code' }, say({ ko: '코드 ', en: 'Code ' }), el('span', { class: 'code' }, code)),
      ),
    ),
    el('div', { class: 'result-body' }, ...makeBody(counter, takesNumber)),
  );
}

/**
 * @param {CounterView} counter
 * @param {boolean} takesNumber
 * @returns {Child[]}
 */
function makeBody(counter, takesNumber) {
  const { kind, code, approval, redemption, refundTax, sale, paymentId } = counter;
  /** @type {Child[]} */
  const body = [];
  if (approval) body.push(describeApproval(approval));
  if (counter.cashReceipt) body.push(describeCashReceipt(counter.cashReceipt));
  if (kind === 'cancel-offered' && paymentId && approval) {
    return [...body, ...makeRefund(paymentId, counter.leftWon ?? 0, approval.split.chargedWon)];
  }
  if (redemption) body.push(describeRedemption(redemption));
  if (refundTax) body.push(describeRefundTax(refundTax));
  if (sale) body.push(describeSale(sale));
  if (kind === 'refused' && sale) {
    body.push(el('p', { class: 'result-next' }, say(code === 'offline' ? waitOrCash : scanAgain)));
  }
  if (takesNumber) body.push(makeAuthNumberForm());
  const countdown = el('p', { id: 'countdown', class: 'countdown number' });
  if (kind === 'recheck' && paymentId) body.push(makeRecheckForm(paymentId, counter.fields, countdown));
  else body.push(el('div', { class: 'result-buttons' }, countdown, ...makeButtons(counter)));
  return body;
}

/**
 * @param {CounterView} counter
 * @returns {Child[]}
 */
function makeButtons({ kind, paymentId, sale }) {
  if (kind === 'updating') return [];
  if (kind === 'idle' || kind === 'cancel-offered' || kind === 'paying' || kind === 'cancelling' || kind === 'recheck')
    return [];
  if (kind === 'awaiting-scan' || (kind === 'refused' && sale))
    return [giveUp({ ko: '판매 취소', en: 'Give up this sale' })];
  if (kind === 'awaiting-refund') return [giveUp({ ko: '환불 그만두기', en: 'No refund' })];
  if (kind === 'unknown') {
    return [
      button({ ko: '다음 손님 받기', en: 'Serve the next customer' }, '', (pressed) => {
        asideId = paymentId ?? '';
        pressed.dispatchEvent(new CustomEvent('aside', { bubbles: true }));
        byId('amount', HTMLInputElement).focus();
      }),
      button({ ko: '이 결제 되돌리기', en: 'Undo this payment' }, 'button-danger', (pressed) =>
        act('abandon', undefined, { button: pressed }),
      ),
    ];
  }
  return [
    button({ ko: '다음 결제', en: 'Next sale' }, 'button-main button-large', (pressed) =>
      act('abandon', undefined, { button: pressed }),
    ),
  ];
}

/**
 * How much of the payment is given back, and whether.
 *
 * @param {string} paymentId
 * @param {number} leftWon
 * @param {number} chargedWon
 * @returns {Child[]}
 */
function makeRefund(paymentId, leftWon, chargedWon) {
  const { field, read } = makeRefundAmount(leftWon, chargedWon);
  const yes = button({ ko: '네, 결제 취소', en: 'Yes, give it back' }, 'button-danger', (pressed) =>
    act('cancel', { paymentId, amountWon: read() }, { button: pressed }),
  );
  const countdown = el('p', { id: 'countdown', class: 'countdown number' });
  const no = giveUp({ ko: '아니요, 그대로 두기', en: 'No, keep it' });
  return [field, el('div', { class: 'result-buttons' }, countdown, no, yes)];
}

/** @param {Words} words */
const giveUp = (words) => button(words, '', (pressed) => act('abandon', undefined, { button: pressed }));

/**
 * @param {Words} words
 * @param {string} look
 * @param {(pressed: HTMLButtonElement) => unknown} onPress
 */
function button(words, look, onPress) {
  /** @type {HTMLButtonElement} */
  const made = el('button', { type: 'button', class: `button ${look}`, onclick: () => void onPress(made) }, say(words));
  return made;
}

/** @param {NonNullable<CounterView['sale']>} sale */
function describeSale({ tender, listAmountWon, headcount, visitDate, cashReceipt }) {
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '할인 전 금액', en: 'Before the discount' }, formatWon(listAmountWon)),
    fact(
      { ko: '결제 수단', en: 'Pays by' },
      say(tender === 'card' ? { ko: '카드', en: 'Card' } : { ko: '현금', en: 'Cash' }),
    ),
    fact({ ko: '인원', en: 'People' }, say({ ko: `${headcount}명`, en: String(headcount) })),
    fact({ ko: '이용일', en: 'Visit' }, formatDay(visitDate)),
    cashReceipt && fact(receiptWords(cashReceipt), cashReceipt.numberMasked),
  );
}

function showCountdown() {
  const countdown = document.getElementById('countdown');
  if (countdown === null) return;
  const isShown = untilMs !== null;
  countdown.hidden = !isShown;
  if (untilMs === null) return;
  const left = formatCountdown(untilMs - Date.now() - clockOffsetMs);
  setText(countdown, say({ ko: `남은 시간 ${left}`, en: `${left} left` }));
}
