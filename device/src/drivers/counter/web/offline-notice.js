// @ts-check
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { language, say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */

/** What the notice showed last; the box repeats itself every few seconds. */
let shown = '';

/** Refused redemptions told one by one; the rest are in the list of payments. */
const maxRefusedLines = 3;

/**
 * Above everything else: that there is no network and what still works, that the time is not known, what waits to be
 * told to the operator, and what the operator did not take.
 *
 * @param {BoxView} view
 */
export function showOffline({ linkUp, clockTrusted, offline }) {
  const refused = offline.refused.slice(0, maxRefusedLines);
  const more = offline.refused.length - refused.length;
  const lines = [
    !linkUp && makeLine('link', el('strong', {}, sayWhatWorks(offline))),
    !clockTrusted && makeLine('clock', el('strong', {}, sayClock())),
    offline.waitingCount > 0 && makeLine('wait', el('span', {}, sayWaiting(offline))),
    ...refused.map((each) => makeLine('alert', el('span', {}, sayRefused(each)), 'offline-refused')),
    refused.length > 0 && makeLine('receipt', el('span', {}, sayWhatToDo(more)), 'offline-refused'),
  ].filter((line) => line !== false);
  const text = JSON.stringify([language(), lines.map((line) => line.textContent)]);
  if (text === shown) return;
  shown = text;
  const note = byId('offline', HTMLElement);
  note.hidden = lines.length === 0;
  note.classList.toggle('is-offline', !linkUp);
  fill(note, ...lines);
}

/**
 * @param {import('../../../../../shared/src/web/icons.js').IconName} sign
 * @param {HTMLElement} words
 * @param {string} [look]
 */
const makeLine = (sign, words, look = '') => el('p', { class: `offline-line ${look}` }, icon(sign), words);

/** @param {BoxView['offline']} offline */
function sayWhatWorks({ whyNot, leftCount, leftWon, untilMs }) {
  if (whyNot === null && untilMs !== null) {
    return say({
      ko: `통신이 끊겼습니다. 카드 결제는 할 수 없습니다. 현금 쿠폰은 바코드로 ${leftCount}건, ${formatWon(leftWon)}까지 ${formatMoment(untilMs)} 전에 확인할 수 있습니다.`,
      en: `No connection. Cards cannot be taken. Cash coupons can be checked by barcode: ${leftCount} more, up to ${formatWon(leftWon)}, before ${formatMoment(untilMs)}.`,
    });
  }
  if (whyNot === 'offline_limit') {
    return say({
      ko: '통신이 끊겼습니다. 카드 결제를 할 수 없고, 오프라인 현금 확인 한도도 모두 사용했습니다.',
      en: 'No connection. Cards cannot be taken, and the limit for offline cash coupons is reached.',
    });
  }
  return say({
    ko: '통신이 끊겼습니다. 카드 결제와 쿠폰 확인을 할 수 없습니다.',
    en: 'No connection. Neither cards nor coupons can be taken.',
  });
}

/** @param {BoxView['offline']} offline */
const sayWaiting = ({ waitingCount, waitingWon }) =>
  say({
    ko: `오프라인 확인 ${waitingCount}건, ${formatWon(waitingWon)}이 운영사 확인을 기다립니다. 확인 전에는 취소할 수 없습니다.`,
    en: `${waitingCount} offline checks of ${formatWon(waitingWon)} wait for the operator. They cannot be cancelled before.`,
  });

const sayClock = () =>
  say({
    ko: '단말기 시각을 아직 믿을 수 없어 쿠폰을 받을 수 없습니다. 통신이 연결되면 자동으로 맞춥니다.',
    en: 'The box does not know the time for certain, so no coupon can be taken. Once online it sets its clock by itself.',
  });

/** @param {BoxView['offline']['refused'][number]} refused */
const sayRefused = ({ reason, chargedWon, redeemedAtMs }) =>
  say({
    ko: `${formatMoment(redeemedAtMs)} 현금 ${formatWon(chargedWon)}: 운영사가 오프라인 확인을 인정하지 않았습니다. ${reason.ko}`,
    en: `${formatMoment(redeemedAtMs)}, cash ${formatWon(chargedWon)}: the operator did not recognise the offline check. ${reason.en}`,
  });

/** @param {number} more */
function sayWhatToDo(more) {
  const others =
    more > 0 ? say({ ko: ` 외 ${more}건은 내역에 있습니다.`, en: ` ${more} more are under Payments.` }) : '';
  const words = say({
    ko: '출력된 불인정 전표를 보관하세요. 할인은 가맹점 부담이며 수수료는 없습니다. 이의는 전표를 가지고 운영사에 문의하세요.',
    en: 'Keep the printed slip. The shop bears the discount and owes no fee. To object, show the slip to the operator.',
  });
  return words + others;
}
