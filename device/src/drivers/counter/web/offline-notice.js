// @ts-check
import { byId, el, fill } from '../../../../../shared/src/web/dom.js';
import { formatClock, formatMoment, formatWon } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { language, say } from '../../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxView} BoxView */

/** What the notice showed last; the box repeats itself every few seconds. */
let shown = '';

/**
 * Above everything else: that there is no network and what still works, what waits to be told to the operator, and what
 * the operator did not take.
 *
 * @param {BoxView} view
 */
export function showOffline({ linkUp, offline }) {
  const lines = [
    !linkUp && el('p', { class: 'offline-line' }, icon('link'), el('strong', {}, sayWhatWorks(offline))),
    offline.waitingCount > 0 && el('p', { class: 'offline-line' }, icon('wait'), el('span', {}, sayWaiting(offline))),
    ...offline.refused.map((refused) =>
      el('p', { class: 'offline-line offline-refused' }, icon('alert'), el('span', {}, sayRefused(refused))),
    ),
  ].filter((line) => line !== false);
  const text = JSON.stringify([language(), lines.map((line) => line.textContent)]);
  if (text === shown) return;
  shown = text;
  const note = byId('offline', HTMLElement);
  note.hidden = lines.length === 0;
  note.classList.toggle('is-offline', !linkUp);
  fill(note, ...lines);
}

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

/** @param {BoxView['offline']['refused'][number]} refused */
const sayRefused = ({ code, chargedWon, redeemedAtMs }) =>
  say({
    ko: `${formatClock(redeemedAtMs)} 현금 ${formatWon(chargedWon)}: 오프라인 확인이 인정되지 않았습니다(${code}). 할인은 가맹점 부담이며 수수료는 없습니다.`,
    en: `${formatClock(redeemedAtMs)} cash ${formatWon(chargedWon)}: the offline check was not recognised (${code}). The shop bears the discount and owes no fee.`,
  });
