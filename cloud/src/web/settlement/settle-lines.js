// @ts-check
import { ask } from '../../../../shared/src/web/ask.js';
import { el } from '../../../../shared/src/web/dom.js';
import { formatMoment, formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { nameOutcome } from '../../../../shared/src/web/statement-faults.js';
import { isSameName } from '../../../../shared/src/web/statement-lines.js';
import { isHere, settleLine } from './books.js';
import { nameParty } from './words.js';

/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementFault} StatementFault */
/** @typedef {import('@scanpay/shared/settlement/line-act.ts').SettledLine} SettledLine */
/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementLine} StatementLine */
/** @typedef {import('./statements.js').Statement} Statement */

/**
 * A disputed line of a statement: how it ended, who gave way and when; or the two ways to end it.
 *
 * @param {Statement} statement
 * @param {StatementFault} fault
 * @param {() => Promise<void>} refresh
 */
export function makeSettlement({ statementId, row, sent, received }, fault, refresh) {
  const line = fault.theirs ?? fault.ours;
  if (line === null) return [];
  const settled = [...(sent?.settledLines ?? []), ...(received?.settledLines ?? [])];
  const done = settled.filter((each) => isSameName(each.line, line));
  const end = done.find(({ state }) => state === 'settled') ?? done[0];
  return end === undefined ? makeChoices(statementId, row, fault, refresh) : [makeEnd(end)];
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
 * @param {() => Promise<void>} refresh
 */
function makeChoices(statementId, { sender, receiver, hop, state }, { theirs, ours }, refresh) {
  const line = theirs ?? ours;
  if (line === null || (state !== 'disputed' && state !== 'part-paid')) return [];
  const choice = { statementId, line, refresh };
  const ways = [];
  if (isHere(sender)) ways.push(makeChoice({ ...choice, company: sender, outcome: 'corrected', agreed: ours }));
  if (isHere(receiver)) ways.push(makeChoice({ ...choice, company: receiver, outcome: 'accepted', agreed: theirs }));
  return ways.length === 2 ? ways : [...ways, makeOtherWay(hop, isHere(sender) ? receiver : sender)];
}

/**
 * What somebody else may do, elsewhere: a shop accepts on its own box.
 *
 * @param {Statement['row']['hop']} hop
 * @param {string} party
 */
function makeOtherWay(hop, party) {
  const { ko, en } = nameParty(party);
  const words =
    hop === 'S15'
      ? { ko: '또는 가맹점이 단말기에서 인정', en: 'or the shop accepts it on its box' }
      : { ko: `또는 ${ko}가 양보`, en: `or the ${en} gives way` };
  return el('span', { class: 'hint' }, say(words));
}

/**
 * The button by which a company gives way; what is then paid for the line stands on it.
 *
 * @param {{ statementId: string, line: StatementLine, refresh: () => Promise<void>, company: string,
 *   outcome: SettledLine['outcome'], agreed: StatementLine | null }} choice
 */
function makeChoice({ statementId, line, refresh, company, outcome, agreed }) {
  const words = nameOutcome(outcome, agreed);
  const party = nameParty(company);
  const amount = formatWon(agreed?.payableWon ?? 0);
  /** @type {HTMLButtonElement} */
  const button = el(
    'button',
    {
      id: `settle-${company}-${line.kind}-${line.cancelId ?? line.paymentId}`,
      type: 'button',
      class: 'button row-button',
      onclick: () => void settle(),
    },
    say({ ko: `${party.ko}: ${words.ko}`, en: `${party.en} ${words.en}` }),
    el('span', { class: 'number' }, `→ ${amount}`),
  );
  return button;

  async function settle() {
    const note = el('input', { id: 'settle-note', type: 'text', maxlength: '200', autocomplete: 'off' });
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
      yes: { ko: '정리하기', en: 'Settle' },
      no: { ko: '닫기', en: 'Close' },
    });
    if (!isSure) return;
    button.disabled = true;
    const { kind, paymentId, cancelId } = line;
    const body = { line: { kind, paymentId, cancelId }, note: /** @type {HTMLInputElement} */ (note).value };
    const reply = await settleLine(company, statementId, body);
    if (reply.ok) return refresh();
    button.disabled = false;
    button.after(
      el('span', { class: 'problem', role: 'alert' }, icon('alert'), say(reply.message), ` (${reply.code})`),
    );
  }
}
