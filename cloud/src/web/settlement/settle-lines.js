// @ts-check
import { ask } from '../../../../shared/src/web/ask.js';
import { el } from '../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { isSameName, nameOutcome, shortId } from '../../../../shared/src/web/statement-lines.js';
import { nameParty } from './words.js';

/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementFault} StatementFault */
/** @typedef {import('@scanpay/shared/settlement/line-act.ts').SettledLine} SettledLine */
/** @typedef {import('./statements.js').Statement} Statement */

/**
 * Each disputed line of a statement: how it ended, who gave way and when; or the two ways to end it.
 *
 * @param {Statement} statement
 * @param {readonly StatementFault[]} faults
 */
export function makeSettlements({ statementId, row, sent, received }, faults) {
  const settled = [...(sent?.settledLines ?? []), ...(received?.settledLines ?? [])];
  const rows = faults.flatMap((fault) => {
    const line = fault.theirs ?? fault.ours;
    if (line === null) return [];
    const done = settled.filter((each) => isSameName(each.line, line));
    const end = done.find(({ state }) => state === 'settled') ?? done[0];
    return [
      el(
        'li',
        { class: 'settlement-row', 'data-line': line.paymentId },
        el('span', { class: 'code', title: line.paymentId }, shortId(line.paymentId)),
        ...(end === undefined ? makeChoices(statementId, row, fault) : [makeEnd(end)]),
      ),
    ];
  });
  return rows.length === 0 ? undefined : el('ul', { class: 'settlements' }, ...rows);
}

/** @param {SettledLine} end */
function makeEnd({ by, outcome, agreed, note, actedAtMs, state }) {
  const isUnderWay = state === 'proposed';
  const amount = agreed === null ? formatWon(0) : formatWon(agreed.payableWon);
  return el(
    'span',
    { class: 'settlement-end' },
    el(
      'span',
      { class: `chip ${isUnderWay ? 'chip-open' : 'chip-good'}` },
      say(isUnderWay ? { ko: '전달 중', en: 'On its way' } : { ko: '정리됨', en: 'Settled' }),
    ),
    el('b', {}, say(nameParty(by))),
    say(nameOutcome(outcome, agreed)),
    el('span', { class: 'number' }, amount),
    el('span', { class: 'hint' }, formatMoment(actedAtMs)),
    note !== '' && el('q', {}, note),
  );
}

/**
 * @param {string} statementId
 * @param {Statement['row']} row
 * @param {StatementFault} fault
 */
function makeChoices(statementId, { sender, receiver, hop, state }, { theirs, ours }) {
  const line = theirs ?? ours;
  if (line === null || (state !== 'disputed' && state !== 'part-paid')) return [];
  const correct = makeChoice(statementId, sender, line, 'corrected', ours);
  // A shop accepts on its own box.
  if (hop === 'S15') {
    const words = { ko: '또는 가맹점이 단말기에서 인정', en: 'or the shop accepts it on its box' };
    return [correct, el('span', { class: 'hint' }, say(words))];
  }
  return [correct, makeChoice(statementId, receiver, line, 'accepted', theirs)];
}

/**
 * @param {string} statementId
 * @param {string} company who gives way
 * @param {NonNullable<StatementFault['theirs']>} line
 * @param {SettledLine['outcome']} outcome
 * @param {StatementFault['theirs']} agreed
 */
function makeChoice(statementId, company, line, outcome, agreed) {
  const words = nameOutcome(outcome, agreed);
  const party = nameParty(company);
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    { type: 'button', class: 'button', onclick: () => void settle() },
    say({ ko: `${party.ko}: ${words.ko}`, en: `${party.en}: ${words.en}` }),
  );
  return button;

  async function settle() {
    const note = el('input', { id: 'settle-note', type: 'text', maxlength: '200', autocomplete: 'off' });
    const amount = formatWon(agreed?.payableWon ?? 0);
    const isSure = await ask({
      title: { ko: '이 거래를 정리할까요?', en: 'Settle this line?' },
      body: [
        el('p', {}, el('strong', {}, `${say(party)} · ${say(words)} · `), el('span', { class: 'number' }, amount)),
        el(
          'p',
          {},
          say({
            ko: '양보한 회사가 차액을 잡손익으로 부담하고, 이 금액이 지급됩니다. 되돌릴 수 없습니다.',
            en: 'Whoever gives way bears the difference, and this amount is paid. It cannot be taken back.',
          }),
        ),
        el(
          'div',
          { class: 'field' },
          el('label', { for: 'settle-note' }, say({ ko: '메모 (선택)', en: 'Note (optional)' })),
          note,
        ),
      ],
      yes: { ko: '정리', en: 'Settle' },
      no: { ko: '닫기', en: 'Close' },
    });
    if (!isSure) return;
    button.disabled = true;
    const { kind, paymentId, cancelId } = line;
    const body = { line: { kind, paymentId, cancelId }, note: /** @type {HTMLInputElement} */ (note).value };
    const reply = await call('POST', `/v1/companies/${company}/statements/${statementId}/settle-line`, body);
    if (reply.ok) return;
    button.disabled = false;
    button.after(
      el('span', { class: 'problem', role: 'alert' }, icon('alert'), say(reply.message), ` (${reply.code})`),
    );
  }
}
