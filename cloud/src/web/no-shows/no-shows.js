// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatDay, formatMoment, seoulDate } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import {
  checkSchedule,
  describeSchedule,
  makeHistory,
  makeScheduleForm,
  showFormProblem,
} from '../../../../shared/src/web/schedule-form.js';
import { makeUuidV7 } from '../../../../shared/src/web/uuid.js';
import { askForStaff, setUpStaff, staff } from '../frame/staff.js';
import { noShowStates, showDay } from './show-day.js';

/** @typedef {import('@scanpay/shared/api/schedule.ts').CouponSchedule} CouponSchedule */
/** @typedef {import('@scanpay/shared/api/schedule.ts').NoShowList} NoShowList */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */
/** @typedef {{ visitFrom: string, visitTo: string, headcount: number, reason: string }} Asked */

const dayMs = 86_400_000;
/** The PG asks the operator before it answers. */
const answerTimeoutMs = 20_000;

/** @type {{ day: NoShowList | undefined, coupon: CouponSchedule | undefined }} */
const shown = { day: undefined, coupon: undefined };
/** @type {Map<string, string>} */
const merchants = new Map();
/** What was asked last, and under which id: the same again is the same change. */
let last = { key: '', changeId: '' };
let isSending = false;

const input = (/** @type {string} */ id) => byId(id, HTMLInputElement);

/** @param {{ message: Words, code: string, detail?: string } | undefined} refusal */
function showProblem(refusal) {
  const words = refusal === undefined ? '' : `${say(refusal.message)} ${refusal.code} ${refusal.detail ?? ''}`;
  fill(byId('problem', HTMLElement), words);
}

async function loadDay() {
  const date = input('date').value;
  if (date === '') return;
  const merchant = byId('merchant', HTMLSelectElement).value;
  byId('csv', HTMLAnchorElement).href = `/v1/no-shows/${date}.csv`;
  const reply = await call('GET', `/v1/no-shows?date=${date}${merchant === '' ? '' : `&merchantId=${merchant}`}`);
  if (date !== input('date').value || merchant !== byId('merchant', HTMLSelectElement).value) return;
  showProblem(reply.ok ? undefined : reply);
  if (!reply.ok) return;
  shown.day = reply.value;
  showAll();
}

/** @param {string} merchantId */
const nameOf = (merchantId) => merchants.get(merchantId) ?? merchantId;

function showAll() {
  if (shown.day !== undefined) showDay(shown.day, nameOf);
  showCoupon();
}

async function findCoupon() {
  const number = input('number').value.replace(/[\s-]/gu, '').toLowerCase();
  const query = /^[0-9]{12}$/u.test(number) ? `authNumber=${number}` : `couponId=${number}`;
  const reply = await call('GET', `/v1/schedules?${query}`);
  showProblem(reply.ok ? undefined : reply);
  shown.coupon = reply.ok ? reply.value : undefined;
  showCoupon();
}

function showCoupon() {
  const { coupon } = shown;
  const place = byId('coupon', HTMLElement);
  if (coupon === undefined) return fill(place);
  const { customerNameMasked, couponId, validUntilMs, revokedAtMs, items } = coupon;
  const until = formatMoment(validUntilMs - 1);
  fill(
    place,
    el(
      'p',
      {},
      el('strong', {}, customerNameMasked),
      ` · ${couponId} · `,
      say({ ko: `유효기간 ${until}까지`, en: `valid until ${until}` }),
      revokedAtMs !== null && el('span', { class: 'chip chip-bad' }, say({ ko: '취소된 쿠폰', en: 'revoked' })),
    ),
    ...items.map(makeItem),
  );
}

/** @param {CouponSchedule['items'][number]} item */
function makeItem(item) {
  const { offerId, title, uses, usesLeft, noShows, changes } = item;
  const left = { ko: `${uses}회 중 ${usesLeft}회 남음`, en: `${usesLeft} of ${uses} uses left` };
  return el(
    'div',
    { class: 'item' },
    el('h3', {}, `${say(title)} · ${nameOf(item.merchantId)}`),
    el('p', { id: `${offerId}-now` }, el('strong', {}, describeSchedule(item)), ` · ${say(left)}`),
    ...noShows.map(({ visitTo, state }) =>
      el(
        'p',
        {},
        el(
          'span',
          { class: `chip ${noShowStates[state].chip}` },
          `${formatDay(visitTo)} ${say(noShowStates[state].words)}`,
        ),
      ),
    ),
    usesLeft > 0 &&
      makeScheduleForm(offerId, item, {
        today: seoulDate(Date.now()),
        lastDay: undefined,
        submit: { ko: '일정 변경', en: 'Change' },
        onSubmit: (asked) => void change(offerId, asked),
      }),
    changes.length > 0 && makeHistory(changes, formatMoment),
  );
}

/**
 * @param {string} offerId
 * @param {Asked} asked
 */
async function change(offerId, asked) {
  const { coupon } = shown;
  if (isSending || coupon === undefined) return;
  fill(byId('outcome', HTMLElement));
  const wrong = checkSchedule(asked);
  if (wrong !== undefined) return showFormProblem(offerId, { message: wrong });
  const by = staff();
  if (by === '') {
    askForStaff();
    return showFormProblem(offerId, { message: { ko: '담당자 이름을 입력하세요.', en: 'Enter your name.' } });
  }
  showFormProblem(offerId, undefined);
  const { couponId } = coupon;
  const key = JSON.stringify({ couponId, offerId, by, ...asked });
  if (last.key !== key) last = { key, changeId: makeUuidV7() };
  const body = { changeId: last.changeId, offerId, by, ...asked };
  isSending = true;
  const reply = await call('POST', `/v1/coupons/${couponId}/schedule-changes`, body, answerTimeoutMs);
  isSending = false;
  if (!reply.ok) {
    if (reply.code !== 'no_answer' && reply.code !== 'upstream_unavailable') last = { key: '', changeId: '' };
    return showFormProblem(offerId, reply);
  }
  await findCoupon();
  const words =
    reply.value.state === 'applied'
      ? { ko: '변경되었습니다. 고객에게 문자로 알립니다.', en: 'Changed. The customer is told by text message.' }
      : { ko: '접수되었습니다. 곧 반영됩니다.', en: 'Taken. It will hold shortly.' };
  if (reply.value.state === 'applied') last = { key: '', changeId: '' };
  fill(byId('outcome', HTMLElement), say(words));
}

async function start() {
  const reply = await call('GET', '/v1/merchants');
  if (!reply.ok) return showProblem(reply);
  for (const { merchantId, name } of reply.value.merchants) merchants.set(merchantId, name);
  const all = el('option', { value: '' }, say({ ko: '전체', en: 'All' }));
  const options = [...merchants].map(([value, name]) => el('option', { value }, name));
  fill(byId('merchant', HTMLSelectElement), all, ...options);
  input('date').value = seoulDate(Date.now() - dayMs);
  await loadDay();
}

// Wider than the window, the tables are scrolled with the keyboard too.
for (const id of ['counts', 'no-shows']) byId(id, HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
setUpStaff();
onLanguage(showAll);
byId('day', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
input('date').addEventListener('change', () => void loadDay());
byId('merchant', HTMLSelectElement).addEventListener('change', () => void loadDay());
byId('find', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void findCoupon();
});
void start();
