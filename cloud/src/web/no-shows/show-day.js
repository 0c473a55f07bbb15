// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatDay } from '../../../../shared/src/web/format.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';

/** @typedef {import('@scanpay/shared/api/schedule.ts').NoShowList} NoShowList */
/** @typedef {import('@scanpay/shared/api/schedule.ts').NoShowState} NoShowState */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<NoShowState, { words: Words, chip: string }>} */
export const noShowStates = {
  absent: { words: { ko: '미방문', en: 'did not come' }, chip: 'chip-bad' },
  'came-late': { words: { ko: '늦게 방문', en: 'came late' }, chip: 'chip-care' },
  'came-in-time': { words: { ko: '제때 방문 (나중에 확인)', en: 'came in time (told later)' }, chip: 'chip-good' },
  rescheduled: { words: { ko: '일정 변경', en: 'rescheduled' }, chip: 'chip-open' },
};

/** @param {(string | Element)[]} cells */
const makeRow = (...cells) => el('tr', {}, ...cells.map((cell) => el('td', {}, cell)));

/**
 * @param {NoShowList} day
 * @param {(merchantId: string) => string} nameOf
 */
export function showDay(day, nameOf) {
  const complete = byId('complete', HTMLElement);
  if (!day.isComplete) {
    const words = {
      ko: '아직 마감되지 않은 날입니다. 마감 후에 기록됩니다.',
      en: 'This day is not closed yet. No-shows are recorded then.',
    };
    fill(complete, say(words));
  } else if (day.counts.length === 0) {
    fill(complete, say({ ko: '노쇼가 없습니다.', en: 'Everybody came.' }));
  } else fill(complete);
  const hasAny = day.counts.length > 0;
  byId('counts', HTMLElement).hidden = !hasAny;
  byId('no-shows', HTMLElement).hidden = !hasAny;
  const merchant = { ko: '가맹점', en: 'Merchant' };
  fill(
    byId('counts', HTMLElement),
    makeTable(
      [merchant, ...Object.values(noShowStates).map(({ words }) => ({ ...words, amount: true }))],
      day.counts.map((each) =>
        makeRow(
          nameOf(each.merchantId),
          ...[each.absent, each.cameLate, each.cameInTime, each.rescheduled].map(String),
        ),
      ),
    ),
  );
  fill(
    byId('no-shows', HTMLElement),
    makeTable(
      [
        merchant,
        { ko: '고객', en: 'Customer' },
        { ko: '상품', en: 'Offer' },
        { ko: '이용 일정', en: 'Visit' },
        { ko: '인원', en: 'People', amount: true },
        { ko: '상태', en: 'State' },
        { ko: '쿠폰번호', en: 'Coupon' },
      ],
      day.noShows.map((each) =>
        makeRow(
          nameOf(each.merchantId),
          each.customerNameMasked,
          say(each.title),
          `${formatDay(each.visitFrom)} ~ ${formatDay(each.visitTo)}`,
          String(each.headcount),
          el('span', { class: `chip ${noShowStates[each.state].chip}` }, say(noShowStates[each.state].words)),
          each.couponId,
        ),
      ),
    ),
  );
}
