// @ts-check
import { ask } from '../../../../shared/src/web/ask.js';
import { el } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { askForStaff, staff } from '../frame/staff.js';
import { severities, states } from './words.js';

/** @typedef {import('../../../../shared/src/api/alarms.ts').AlarmView} AlarmView */
/** @typedef {import('../../../../shared/src/web/http.js').Reply<any>} Reply */

const nothing = { ko: '해당하는 경보가 없습니다.', en: 'There is no such alarm.' };
const head = [
  { ko: '심각도', en: 'Severity' },
  { ko: '단말기', en: 'Box' },
  { ko: '내용', en: 'What' },
  { ko: '발생', en: 'Raised' },
  { ko: '상태', en: 'State' },
  { ko: '처리', en: 'Do' },
];

/**
 * @param {AlarmView[]} alarms
 * @param {(reply: Reply) => void} onDone
 */
export function showAlarms(alarms, onDone) {
  if (alarms.length === 0) return el('p', { class: 'nothing' }, say(nothing));
  return makeTable(
    head,
    alarms.map((alarm) => showAlarm(alarm, onDone)),
  );
}

/**
 * @param {AlarmView} alarm
 * @param {(reply: Reply) => void} onDone
 */
function showAlarm(alarm, onDone) {
  const severity = severities[alarm.severity];
  const { deviceId, code, detail, count } = alarm;
  const times = count === 1 ? '' : say({ ko: ` · ${count}회`, en: ` · ${count} times` });
  return el(
    'tr',
    {},
    el('td', {}, el('span', { class: `chip ${severity.chip}` }, say(severity.words))),
    el('th', { scope: 'row' }, el('a', { href: `/boxes/${deviceId}` }, deviceId)),
    el(
      'td',
      { class: 'words' },
      el('strong', {}, say(alarm.words)),
      el('span', { class: 'small' }, `${code}${detail === '' ? '' : ` · ${detail}`}${times}`),
    ),
    el('td', { class: 'number' }, formatMoment(alarm.raisedAtMs)),
    el('td', {}, ...showState(alarm)),
    el('td', {}, alarm.state === 'cleared' ? null : showButtons(alarm, onDone)),
  );
}

/** @param {AlarmView} alarm */
function showState(alarm) {
  const { words, chip } = states[alarm.state];
  const line = (/** @type {string} */ text) => el('div', { class: 'small' }, text);
  const { acknowledgedBy, acknowledgeNote, clearedAtMs, clearedBy, clearReason } = alarm;
  return [
    el('span', { class: `chip ${chip}` }, say(words)),
    acknowledgedBy === null ? null : line([acknowledgedBy, acknowledgeNote].filter(Boolean).join(': ')),
    clearedAtMs === null ? null : line(formatMoment(clearedAtMs)),
    clearedBy === null ? null : line([clearedBy, clearReason].filter(Boolean).join(': ')),
  ];
}

/**
 * @param {AlarmView} alarm
 * @param {(reply: Reply) => void} onDone
 */
function showButtons(alarm, onDone) {
  const { alarmId, state } = alarm;
  const act = async (/** @type {'acknowledge' | 'clear'} */ action) => {
    const by = staff();
    if (by === '') return askForStaff();
    const text = await askForText(alarm, action);
    if (text === null) return;
    const body = action === 'acknowledge' ? { by, note: text } : { by, reason: text };
    onDone(await call('POST', `/v1/alarms/${alarmId}/${action}`, body));
  };
  const button = (/** @type {'acknowledge' | 'clear'} */ action, /** @type {{ ko: string, en: string }} */ words) =>
    el('button', { type: 'button', class: 'button row-button', onclick: () => void act(action) }, say(words));
  return el(
    'div',
    { class: 'row-buttons' },
    state === 'raised' ? button('acknowledge', { ko: '확인', en: 'Acknowledge' }) : null,
    button('clear', { ko: '해제', en: 'Clear' }),
  );
}

/**
 * The note or the reason; null: rather not.
 *
 * @param {AlarmView} alarm
 * @param {'acknowledge' | 'clear'} action
 */
async function askForText(alarm, action) {
  const isClear = action === 'clear';
  const field = el('input', { id: 'note', maxlength: 200, autocomplete: 'off' });
  const label = isClear
    ? { ko: '직접 해제하는 이유', en: 'Why it is cleared by hand' }
    : { ko: '메모 (선택)', en: 'Note (optional)' };
  const yes = await ask({
    title: isClear ? { ko: '경보를 해제할까요?', en: 'Clear the alarm?' } : { ko: '경보 확인', en: 'Acknowledge' },
    body: [
      el('p', {}, `${alarm.deviceId}: ${say(alarm.words)}`),
      el('div', { class: 'field note-field' }, el('label', { for: 'note' }, say(label)), field),
    ],
    yes: isClear ? { ko: '해제', en: 'Clear' } : { ko: '확인', en: 'Acknowledge' },
    no: { ko: '취소', en: 'Cancel' },
    danger: isClear,
  });
  return yes ? field.value.trim() : null;
}
