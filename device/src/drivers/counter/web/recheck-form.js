// @ts-check
import { el, fill } from '../../../../../shared/src/web/dom.js';
import { formatDay } from '../../../../../shared/src/web/format.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';
import { act } from './act.js';

/** @typedef {import('@scanpay/shared/wire/messages.ts').RecheckField} RecheckField */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */
/** @typedef {import('../../../../../shared/src/web/dom.js').Child} Child */

/**
 * Asks for each field that differs from the registration; nothing is chosen beforehand, for the clerk vouches for it.
 *
 * @param {string} paymentId
 * @param {readonly RecheckField[]} fields
 * @param {HTMLElement} countdown
 */
export function makeRecheckForm(paymentId, fields, countdown) {
  const problem = el('p', { class: 'problem', role: 'alert' });
  const confirm = el(
    'button',
    { type: 'submit', class: 'button button-main button-large' },
    say({ ko: '확인했습니다', en: 'Confirmed' }),
  );
  const giveUp = el(
    'button',
    { type: 'button', class: 'button', onclick: () => void act('abandon', undefined, { button: giveUp }) },
    say({ ko: '결제하지 않기', en: 'Do not pay' }),
  );
  const form = el(
    'form',
    { class: 'recheck', novalidate: true },
    ...fields.map(makeField),
    problem,
    el('div', { class: 'result-buttons' }, countdown, giveUp, confirm),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const confirmed = readForm(form, fields);
    if (confirmed === undefined) {
      fill(problem, icon('alert'), say({ ko: '각 항목을 하나씩 선택하세요.', en: 'Choose one for each.' }));
      focusFirstOpen(form);
      return;
    }
    void act('recheck', { paymentId, confirmed }, { button: confirm });
  });
  form.addEventListener('input', () => fill(problem));
  return form;
}

/** @param {HTMLFormElement} form */
function focusFirstOpen(form) {
  const input = form.querySelector('fieldset:not(:has(:checked)) input');
  if (input instanceof HTMLInputElement) input.focus();
}

/** @param {RecheckField} field */
function makeField(field) {
  switch (field.name) {
    case 'headcount':
      return makeChoices(field.name, { ko: '실제 인원은 몇 명인가요?', en: 'How many people are here?' }, [
        choice(field.name, String(field.registered), people(field.registered), { ko: '예약', en: 'Registered' }),
        choice(field.name, String(field.requested), people(field.requested), { ko: '입력', en: 'Entered' }),
      ]);
    case 'visitDate':
      return makeVisitDate(field);
    case 'offerId':
      return makeChoices(
        field.name,
        { ko: '어떤 상품을 이용하나요?', en: 'Which offer is used?' },
        field.choices.map(({ offerId, title }) => choice(field.name, offerId, say(title))),
      );
  }
}

/** @param {Extract<RecheckField, { name: 'visitDate' }>} field */
function makeVisitDate({ name, requested, registeredFrom, registeredTo }) {
  const span =
    registeredFrom === registeredTo
      ? formatDay(registeredFrom)
      : `${formatDay(registeredFrom)} ~ ${formatDay(registeredTo)}`;
  const day = el('input', {
    type: 'date',
    name: 'visitDay',
    value: registeredFrom,
    min: registeredFrom,
    max: registeredTo,
    'aria-label': say({ ko: '예약 기간 중의 이용일', en: 'Day within the registered span' }),
  });
  const within = choice(name, 'registered', span, { ko: '예약', en: 'Registered' });
  day.addEventListener('input', () => {
    const radio = within.querySelector('input');
    if (radio) radio.checked = true;
  });
  return makeChoices(name, { ko: '이용일이 언제인가요?', en: 'Which day is the visit?' }, [
    registeredFrom === registeredTo ? within : el('div', { class: 'choice-with-day' }, within, day),
    choice(name, requested, formatDay(requested), { ko: '입력', en: 'Entered' }),
  ]);
}

/** @param {number} count */
const people = (count) => say({ ko: `${count}명`, en: count === 1 ? '1 person' : `${count} people` });

/**
 * @param {string} name
 * @param {Words} question
 * @param {Child[]} choices
 */
function makeChoices(name, question, choices) {
  return el(
    'fieldset',
    { class: 'choices', 'data-field': name },
    el('legend', {}, say(question)),
    el('div', { class: 'choice-row' }, ...choices),
  );
}

/**
 * @param {string} name
 * @param {string} value
 * @param {string} text
 * @param {Words} [source]
 */
function choice(name, value, text, source) {
  return el(
    'label',
    { class: 'choice' },
    el('input', { type: 'radio', name, value }),
    source && el('span', { class: 'chip' }, say(source)),
    el('span', { class: 'choice-text' }, text),
  );
}

/**
 * The confirmed fields, or undefined while one is open.
 *
 * @param {HTMLFormElement} form
 * @param {readonly RecheckField[]} fields
 */
function readForm(form, fields) {
  const data = new FormData(form);
  /** @type {Record<string, string | number>} */
  const confirmed = {};
  for (const field of fields) {
    const value = data.get(field.name);
    if (typeof value !== 'string') return undefined;
    if (field.name === 'headcount') confirmed.headcount = Number(value);
    else if (field.name === 'visitDate' && value === 'registered') {
      const day = data.get('visitDay') ?? field.registeredFrom;
      if (typeof day !== 'string' || day < field.registeredFrom || day > field.registeredTo) return undefined;
      confirmed.visitDate = day;
    } else confirmed[field.name] = value;
  }
  return confirmed;
}
