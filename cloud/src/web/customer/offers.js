// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatWon, seoulDate } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { onLanguage, say } from '../../../../shared/src/web/language.js';

/** @typedef {import('@scanpay/shared/api/pg.ts').Offer} Offer */
/** @typedef {import('@scanpay/shared/api/pg.ts').Category} Category */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */
/** @typedef {import('../../../../shared/src/web/icons.js').IconName} IconName */
/** @typedef {{ offerId: string, visitFrom: string, visitTo: string, headcount: number }} Item */

/** @type {Record<Category, { name: Words, sign: IconName }>} */
const categories = {
  restaurant: { name: { ko: '음식점', en: 'Restaurants' }, sign: 'meal' },
  lodging: { name: { ko: '숙박', en: 'Lodging' }, sign: 'bed' },
  retail: { name: { ko: '쇼핑', en: 'Shopping' }, sign: 'bag' },
  tourism: { name: { ko: '관광', en: 'Tours' }, sign: 'boat' },
  'rental-car': { name: { ko: '렌터카', en: 'Rental cars' }, sign: 'car' },
};
export const maxItems = 10;

/** @type {readonly Offer[]} */
let offers = [];
/** @type {Map<string, Item>} Chosen ones, by offer id, in the order of choosing. */
const chosen = new Map();
/** @type {Category | 'all'} */
let shownCategory = 'all';
/** @type {() => void} */
let whenChanged = () => undefined;

/**
 * @param {readonly Offer[]} onSale
 * @param {() => void} onChange after every choice
 */
export function setUpOffers(onSale, onChange) {
  offers = onSale;
  whenChanged = onChange;
  onLanguage(showAll);
  showAll();
}

/** @returns {Item[]} */
export const chosenItems = () => [...chosen.values()];

export function clearOffers() {
  chosen.clear();
  showAll();
}

/**
 * The field of the n-th item, for the complaint about it.
 *
 * @param {number} index
 * @param {string} field
 */
export function itemInputId(index, field) {
  const item = chosenItems()[index];
  return item === undefined ? undefined : `${item.offerId}-${field}`;
}

/** Shows all categories, so that every chosen offer can be seen. */
export function showAllCategories() {
  shownCategory = 'all';
  showAll();
}

function showAll() {
  const present = /** @type {Category[]} */ (Object.keys(categories)).filter((each) =>
    offers.some(({ category }) => category === each),
  );
  const all = makeCategory('all', { ko: '전체', en: 'All' }, 'list');
  fill(
    byId('categories', HTMLElement),
    all,
    ...present.map((each) => makeCategory(each, categories[each].name, categories[each].sign)),
  );
  const shown = offers.filter(({ category }) => shownCategory === 'all' || category === shownCategory);
  fill(byId('offers', HTMLElement), ...shown.map(makeOffer));
}

/**
 * @param {Category | 'all'} category
 * @param {Words} name
 * @param {IconName} sign
 */
function makeCategory(category, name, sign) {
  const press = () => {
    shownCategory = category;
    showAll();
    const again = document.querySelector(`[data-category="${category}"]`);
    if (again instanceof HTMLElement) again.focus();
  };
  return el(
    'button',
    {
      type: 'button',
      class: 'category',
      'data-category': category,
      'aria-pressed': String(category === shownCategory),
      onclick: press,
    },
    icon(sign),
    say(name),
  );
}

/** @param {Offer} offer */
function makeOffer(offer) {
  const { offerId, category, title, merchantName, uses } = offer;
  const item = chosen.get(offerId);
  const box = el('input', { type: 'checkbox', id: offerId, 'data-offer': offerId });
  box.checked = item !== undefined;
  const plan = el('div', { class: 'plan' });
  const card = el(
    'div',
    { class: 'offer' },
    el(
      'label',
      { class: 'offer-head', for: offerId },
      box,
      el('span', { class: 'offer-sign' }, icon(categories[category].sign)),
      el(
        'span',
        { class: 'offer-words' },
        el('span', { class: 'offer-merchant' }, merchantName),
        el('strong', {}, say(title)),
        el('span', { class: 'hint' }, describeUse(uses, offer.validForMs)),
      ),
      el('span', { class: 'offer-discount' }, ...describeDiscount(offer.discount)),
    ),
    plan,
  );
  const showPlan = () => fill(plan, box.checked && makePlan(offerId));
  box.addEventListener('change', () => {
    if (box.checked) choose(offerId);
    else chosen.delete(offerId);
    showPlan();
    whenChanged();
  });
  showPlan();
  return card;
}

/** @param {string} offerId */
function choose(offerId) {
  const today = seoulDate(Date.now());
  chosen.set(offerId, { offerId, visitFrom: today, visitTo: today, headcount: 2 });
}

/** @param {string} offerId */
function makePlan(offerId) {
  const item = chosen.get(offerId);
  if (item === undefined) return null;
  const today = seoulDate(Date.now());
  const from = el('input', { type: 'date', id: `${offerId}-visitFrom`, min: today, value: item.visitFrom });
  const to = el('input', { type: 'date', id: `${offerId}-visitTo`, min: today, value: item.visitTo });
  const people = el('input', {
    type: 'number',
    id: `${offerId}-headcount`,
    min: '1',
    max: '99',
    inputmode: 'numeric',
    value: String(item.headcount),
  });
  from.addEventListener('input', () => {
    item.visitFrom = from.value;
    // A stay that would end before it begins moves along.
    if (item.visitTo < item.visitFrom) to.value = item.visitTo = item.visitFrom;
  });
  to.addEventListener('input', () => {
    item.visitTo = to.value;
  });
  people.addEventListener('input', () => {
    item.headcount = people.valueAsNumber;
  });
  return el(
    'div',
    { class: 'plan-fields' },
    makeField(from, { ko: '이용 시작일', en: 'First day' }),
    makeField(to, { ko: '이용 종료일', en: 'Last day' }),
    makeField(people, { ko: '인원', en: 'People' }),
  );
}

/**
 * @param {HTMLInputElement} input
 * @param {Words} name
 */
function makeField(input, name) {
  const problemId = `${input.id}-problem`;
  input.setAttribute('aria-describedby', problemId);
  return el(
    'div',
    { class: 'field' },
    el('label', { for: input.id }, say(name)),
    input,
    el('p', { class: 'problem', id: problemId, role: 'alert' }),
  );
}

const amountWords = {
  'amount-per-person': { ko: '1인당 할인', en: 'off each' },
  'amount-per-night': { ko: '1박당 할인', en: 'off each night' },
  'amount-per-day': { ko: '1일당 할인', en: 'off each day' },
};

/** @param {Offer['discount']} discount */
function describeDiscount(discount) {
  if (discount.kind === 'percent')
    return [el('b', { class: 'number' }, `${discount.bps / 100}%`), say({ ko: '할인', en: 'off' })];
  return [el('b', { class: 'number' }, formatWon(discount.amountWon)), say(amountWords[discount.kind])];
}

/**
 * @param {number} uses
 * @param {number | null} validForMs
 */
function describeUse(uses, validForMs) {
  const often = say({ ko: `${uses}회 사용`, en: uses === 1 ? 'once' : `${uses} times` });
  if (validForMs === null) return often;
  const seconds = Math.round(validForMs / 1000);
  return `${often} · ${say({ ko: `등록 후 ${seconds}초 동안만`, en: `for ${seconds} seconds after registration` })}`;
}
