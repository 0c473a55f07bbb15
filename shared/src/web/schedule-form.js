// @ts-check
import { el, fill } from './dom.js';
import { formatDay } from './format.js';
import { icon } from './icons.js';
import { say } from './language.js';

/** @typedef {import('./language.js').Words} Words */
/** @typedef {import('../api/schedule.ts').ScheduleChangeView} ScheduleChangeView */
/** @typedef {{ visitFrom: string, visitTo: string, headcount: number }} Schedule */

const longestReason = 100;

/**
 * The dates and headcount of one offer, to be changed. `id` begins the ids of its fields.
 *
 * @param {string} id
 * @param {Schedule} now
 * @param {{ today: string, lastDay: string | undefined, submit: Words, onSubmit: (next: Schedule & { reason: string }) => void }} options
 */
export function makeScheduleForm(id, now, { today, lastDay, submit, onSubmit }) {
  const hasBegun = now.visitFrom < today;
  const min = hasBegun ? now.visitFrom : today;
  const from = el('input', {
    type: 'date',
    id: `${id}-visitFrom`,
    min,
    max: lastDay,
    value: now.visitFrom,
    required: true,
  });
  const to = el('input', {
    type: 'date',
    id: `${id}-visitTo`,
    min: today,
    max: lastDay,
    value: now.visitTo,
    required: true,
  });
  const people = el('input', {
    ...{ type: 'number', id: `${id}-headcount`, min: '1', max: '99', inputmode: 'numeric', required: true },
    value: String(now.headcount),
  });
  const reason = el('input', {
    type: 'text',
    id: `${id}-reason`,
    maxlength: String(longestReason),
    autocomplete: 'off',
  });
  from.addEventListener('input', () => {
    // A stay that would end before it begins moves along.
    if (to.value < from.value) to.value = from.value;
  });
  return el(
    'form',
    {
      class: 'schedule-form',
      id: `${id}-form`,
      novalidate: true,
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        onSubmit({
          visitFrom: from.value,
          visitTo: to.value,
          headcount: people.valueAsNumber,
          reason: reason.value.trim(),
        });
      },
    },
    makeField(from, { ko: '이용 시작일', en: 'First day' }),
    makeField(to, { ko: '이용 종료일', en: 'Last day' }),
    makeField(people, { ko: '인원', en: 'People' }),
    makeField(reason, { ko: '사유 (선택)', en: 'Why (optional)' }),
    el('button', { type: 'submit', class: 'button button-main' }, say(submit)),
    el('p', { id: `${id}-problem`, class: 'problem', role: 'alert' }),
  );
}

/**
 * @param {HTMLInputElement} input
 * @param {Words} name
 */
function makeField(input, name) {
  return el('div', { class: 'field' }, el('label', { for: input.id }, say(name)), input);
}

/**
 * What is wrong with it, by the rules that the page knows; the server has the last word.
 *
 * @param {Schedule} next
 * @returns {Words | undefined}
 */
export function checkSchedule({ visitFrom, visitTo, headcount }) {
  if (visitFrom === '' || visitTo === '') return { ko: '날짜를 고르세요.', en: 'Choose the days.' };
  if (visitTo < visitFrom) {
    return { ko: '종료일이 시작일보다 빠릅니다.', en: 'The last day is before the first day.' };
  }
  const isCount = Number.isInteger(headcount) && headcount >= 1 && headcount <= 99;
  return isCount ? undefined : { ko: '인원은 1명에서 99명까지입니다.', en: 'Between 1 and 99 people.' };
}

/**
 * @param {string} id
 * @param {{ message: Words, code?: string } | undefined} problem
 */
export function showFormProblem(id, problem) {
  const place = document.getElementById(`${id}-problem`);
  if (place === null) return;
  if (problem === undefined) return fill(place);
  const code = problem.code === undefined ? null : el('span', { class: 'code' }, problem.code);
  fill(place, icon('alert'), el('span', {}, say(problem.message), ' ', code));
}

/** @param {Schedule} schedule */
export function describeSchedule({ visitFrom, visitTo, headcount }) {
  const days = visitFrom === visitTo ? formatDay(visitFrom) : `${formatDay(visitFrom)} ~ ${formatDay(visitTo)}`;
  return `${days} · ${say({ ko: `${headcount}명`, en: headcount === 1 ? '1 person' : `${headcount} people` })}`;
}

const stateWords = {
  pending: { ko: '처리 중', en: 'on its way' },
  applied: { ko: '변경됨', en: 'changed' },
  refused: { ko: '거절됨', en: 'refused' },
};
const stateChips = { pending: 'chip-open', applied: 'chip-good', refused: 'chip-bad' };

/**
 * Earlier schedules, as they are on record.
 *
 * @param {readonly ScheduleChangeView[]} changes
 * @param {(epochMs: number) => string} formatMoment
 */
export function makeHistory(changes, formatMoment) {
  return el(
    'ol',
    { class: 'schedule-history' },
    ...changes.map(({ before, after, requestedAtMs, staffName, reason, state, code }) =>
      el(
        'li',
        {},
        el('span', { class: `chip ${stateChips[state]}` }, say(stateWords[state])),
        ` ${describeSchedule(before)} → ${describeSchedule(after)} `,
        el(
          'span',
          { class: 'hint' },
          [
            formatMoment(requestedAtMs),
            staffName === null ? say({ ko: '고객', en: 'customer' }) : staffName,
            reason,
            code ?? '',
          ]
            .filter((words) => words !== '')
            .join(' · '),
        ),
      ),
    ),
  );
}
