// @ts-check
import { byId } from '../../../../shared/src/web/dom.js';
import { seoulDate } from '../../../../shared/src/web/format.js';
import { checkExpiry, isCardNumber } from './card-check.js';
import { chosenItems, maxItems } from './offers.js';

/** @typedef {import('./problems.js').Problem} Problem */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** @param {string} id */
const text = (id) => byId(id, HTMLInputElement).value.trim();

/** @param {string} id */
const digits = (id) => text(id).replace(/[^0-9]/gu, '');

/**
 * What the form says, ready to be sent (S01).
 *
 * @param {string} registrationId
 */
export const readForm = (registrationId) => ({
  registrationId,
  name: text('name'),
  address: text('address'),
  mobile: digits('mobile'),
  card: { number: text('card-number'), expiry: text('card-expiry') },
  items: chosenItems(),
  agreed: byId('agreed', HTMLInputElement).checked,
});

/**
 * What is wrong with it, by the rules of the server (and its codes, where they say more than the words), in the order of
 * the page.
 *
 * @param {ReturnType<typeof readForm>} form
 * @param {number} nowMs
 * @returns {Problem[]}
 */
export function checkForm(form, nowMs) {
  const today = seoulDate(nowMs);
  return [
    ...checkItems(form.items, today),
    ...checkPerson(form),
    ...checkCard(form.card, today),
    ...checkConsent(form),
  ];
}

/**
 * @param {string} field
 * @param {Words} words
 * @param {string} [code]
 * @returns {Problem}
 */
const problem = (field, words, code = '') => ({ field, words, code });

/**
 * @param {ReturnType<typeof chosenItems>} items
 * @param {string} today
 */
function checkItems(items, today) {
  if (items.length === 0)
    return [problem('items', { ko: '상품을 하나 이상 고르세요.', en: 'Choose at least one offer.' })];
  if (items.length > maxItems) return [problem('items', { ko: '상품은 최대 10개입니다.', en: 'Ten offers at most.' })];
  return items.flatMap((item) => checkItem(item, today));
}

/**
 * @param {ReturnType<typeof chosenItems>[number]} item
 * @param {string} today
 */
function checkItem({ offerId, visitFrom, visitTo, headcount }, today) {
  /** @type {Problem[]} */
  const problems = [];
  if (visitFrom === '') problems.push(problem(`${offerId}-visitFrom`, { ko: '날짜를 고르세요.', en: 'Choose a day.' }));
  else if (visitFrom < today) {
    problems.push(
      problem(`${offerId}-visitFrom`, { ko: '이용일이 이미 지났습니다.', en: 'This day has passed.' }, 'schedule_past'),
    );
  }
  if (visitTo === '') problems.push(problem(`${offerId}-visitTo`, { ko: '날짜를 고르세요.', en: 'Choose a day.' }));
  else if (visitTo < visitFrom) {
    problems.push(problem(`${offerId}-visitTo`, { ko: '시작일보다 빠릅니다.', en: 'This is before the first day.' }));
  }
  if (!(Number.isInteger(headcount) && headcount >= 1 && headcount <= 99)) {
    problems.push(problem(`${offerId}-headcount`, { ko: '1명에서 99명까지입니다.', en: 'Between 1 and 99 people.' }));
  }
  return problems;
}

/** @param {ReturnType<typeof readForm>} form */
function checkPerson({ name, address, mobile }) {
  /** @type {Problem[]} */
  const problems = [];
  if (name === '') problems.push(problem('name', { ko: '이름을 입력하세요.', en: 'Enter your name.' }));
  if (!/^01[016789][0-9]{7,8}$/u.test(mobile)) {
    problems.push(problem('mobile', { ko: '휴대폰 번호를 확인하세요.', en: 'Check the mobile number.' }));
  }
  if (address === '') problems.push(problem('address', { ko: '주소를 입력하세요.', en: 'Enter your address.' }));
  return problems;
}

/**
 * @param {{ number: string, expiry: string }} card
 * @param {string} today
 */
function checkCard({ number, expiry }, today) {
  /** @type {Problem[]} */
  const problems = [];
  if (!isCardNumber(number)) {
    problems.push(
      problem(
        'card-number',
        { ko: '카드번호가 올바르지 않습니다.', en: 'The card number is not valid.' },
        'card_number_invalid',
      ),
    );
  }
  const verdict = checkExpiry(expiry, today);
  if (verdict === 'malformed')
    problems.push(problem('card-expiry', { ko: '월/년으로 입력하세요.', en: 'Month and year, please.' }));
  if (verdict === 'past') {
    problems.push(
      problem('card-expiry', { ko: '유효기간이 지난 카드입니다.', en: 'The card has expired.' }, 'card_expiry_past'),
    );
  }
  return problems;
}

/** @param {ReturnType<typeof readForm>} form */
function checkConsent({ agreed }) {
  return agreed ? [] : [problem('agreed', { ko: '동의가 필요합니다.', en: 'Your consent is needed.' })];
}
