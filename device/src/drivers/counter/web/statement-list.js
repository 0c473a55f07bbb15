// @ts-check
import { ask } from '../../../../../shared/src/web/ask.js';
import { byId, el, fill, keepFocus } from '../../../../../shared/src/web/dom.js';
import { fact } from '../../../../../shared/src/web/fact.js';
import { formatDay, formatMoment, formatWon } from '../../../../../shared/src/web/format.js';
import { call } from '../../../../../shared/src/web/http.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';
import { makeFaultTable } from '../../../../../shared/src/web/statement-faults.js';
import { makeLineTable } from '../../../../../shared/src/web/statement-lines.js';
import { act } from './act.js';
import { makeDisputedLine } from './disputed-lines.js';
import { makeEmptyNote, readRecords } from './records.js';

/** @typedef {import('@scanpay/shared/api/box.ts').BoxStatement} BoxStatement */
/** @typedef {import('../../../../../shared/src/web/language.js').Words} Words */

/** @type {Record<string, { name: Words, look: string }>} */
const states = {
  presented: { name: { ko: '승인 대기', en: 'To be approved' }, look: 'chip-brand' },
  approved: { name: { ko: '승인함', en: 'Approved' }, look: 'chip-good' },
  paid: { name: { ko: '지급 완료', en: 'Paid out' }, look: 'chip-good' },
  disputed: { name: { ko: '이의 제기', en: 'Disputed' }, look: 'chip-bad' },
  'part-paid': { name: { ko: '일부 지급', en: 'Partly paid' }, look: 'chip-open' },
};
const sides = { theirs: { ko: '운영사', en: 'Operator' }, ours: { ko: '이 단말기', en: 'This box' } };
const sending = { name: { ko: '답변 전송 중', en: 'Answer on its way' }, look: 'chip-open' };

export async function showStatements() {
  const list = byId('statements', HTMLElement);
  const reply = await readRecords(list, '/api/statements');
  if (reply === undefined) return;
  /** @type {BoxStatement[]} */
  const statements = reply.statements;
  if (statements.length === 0) {
    return fill(list, makeEmptyNote({ ko: '아직 정산서가 없습니다.', en: 'No statements yet.' }));
  }
  keepFocus(() => fill(list, ...statements.map(makeCard)));
}

/** @param {BoxStatement} record */
function makeCard(record) {
  const { statement, state, faultCount, answer, receivedAtMs } = record;
  const { payoutDate, totals } = statement;
  const { chargedWon, feeWon, payableWon } = totals;
  // Cash sales are in the sales, and in the shop's till already: as on the slip.
  const inTillWon = chargedWon - feeWon - payableWon;
  const isOpen = state === 'presented';
  const { name, look } = isOpen && answer !== null ? sending : (states[state] ?? sending);
  return el(
    'article',
    { class: 'statement card', 'data-statement': statement.statementId },
    el(
      'header',
      { class: 'row-title' },
      el('h2', {}, formatDay(statement.businessDate)),
      el('span', { class: `chip ${look}` }, say(name)),
      // A day may have several statements: this tells them apart.
      payoutDate !== null &&
        el(
          'span',
          { class: 'payout' },
          say({ ko: '지급 예정일 ', en: 'Paid from ' }),
          el('b', {}, formatDay(payoutDate)),
        ),
    ),
    el(
      'dl',
      { class: 'facts' },
      fact({ ko: '매출 합계', en: 'Sales' }, formatWon(chargedWon)),
      fact({ ko: '− 수수료 합계', en: '− fees' }, formatWon(feeWon)),
      inTillWon !== 0 && fact({ ko: '− 현금 보유분', en: '− cash you hold' }, formatWon(inTillWon)),
      payableWon < 0
        ? fact({ ko: '= 다음 지급에서 차감', en: '= taken from your next payout' }, formatWon(-payableWon), 'fact-main')
        : fact({ ko: '= 받을 금액', en: '= you receive' }, formatWon(payableWon), 'fact-main'),
      fact({ ko: '받은 시각', en: 'Received' }, formatMoment(receivedAtMs), 'fact-text'),
    ),
    faultCount > 0 ? makeFaultNote(record) : makeAgreement(),
    makeLines(record),
    isOpen && answer === null && makeAnswerButtons(record),
  );
}

/**
 * The lines, asked for when somebody opens them: a day may have thousands.
 *
 * @param {BoxStatement} record
 */
function makeLines({ statement: { statementId, lineCount } }) {
  const place = el('div', {});
  const words = { ko: `거래 ${lineCount}건 보기`, en: `Show ${lineCount} ${lineCount === 1 ? 'line' : 'lines'}` };
  return el(
    'details',
    { ontoggle: () => void show() },
    el('summary', { id: `lines-${statementId}` }, say(words)),
    place,
  );

  async function show() {
    if (place.childElementCount > 0) return;
    const reply = await call('GET', `/api/statements/${statementId}/lines`);
    if (reply.ok) return fill(place, makeLineTable(reply.value.lines, reply.value.faults));
    fill(place, el('p', { class: 'problem', role: 'alert' }, icon('alert'), say(reply.message), ` (${reply.code})`));
  }
}

function makeAgreement() {
  const words = { ko: '이 단말기의 기록과 모두 일치합니다.', en: 'Every line agrees with the records of this box.' };
  return el('p', { class: 'verdict verdict-good' }, icon('check'), say(words));
}

/** @param {BoxStatement} record */
function makeFaultNote(record) {
  const { faults, faultCount } = record;
  const notListed = {
    ko: `처음 ${faults.length}건만 보입니다. 나머지는 아래 거래 목록에 표시됩니다.`,
    en: `Only the first ${faults.length} are shown; the others are marked in the list of lines.`,
  };
  const words = {
    ko: `이 단말기의 기록과 다른 거래가 ${faultCount}건 있습니다.`,
    en: `${faultCount} ${faultCount === 1 ? 'line differs' : 'lines differ'} from the records of this box.`,
  };
  return el(
    'div',
    {},
    el('p', { class: 'verdict verdict-bad' }, icon('alert'), say(words)),
    makeFaultTable(faults, sides, { makeEnd: (fault) => makeDisputedLine(record, fault, showStatements) }),
    faultCount > faults.length && el('p', { class: 'hint' }, say(notListed)),
  );
}

/** @param {BoxStatement} record */
function makeAnswerButtons({ statement, faultCount }) {
  const path = `statements/${statement.statementId}/answer`;
  const approve = el(
    'button',
    { type: 'button', class: 'button button-main', onclick: () => void send('approved') },
    say({ ko: '정산 승인', en: 'Approve' }),
  );
  const dispute = el(
    'button',
    { type: 'button', class: 'button button-danger', onclick: () => void send('disputed') },
    say({ ko: '이의 제기', en: 'Dispute' }),
  );
  return el('div', { class: 'result-buttons' }, dispute, faultCount === 0 && approve);

  /** @param {'approved' | 'disputed'} answer */
  async function send(answer) {
    const isApproval = answer === 'approved';
    const { payableWon } = statement.totals;
    const isSure = await ask({
      title: isApproval
        ? { ko: '이 정산서를 승인할까요?', en: 'Approve this statement?' }
        : { ko: '이의를 제기할까요?', en: 'Dispute this statement?' },
      body: [
        el('p', {}, `${formatDay(statement.businessDate)} · ${formatWon(payableWon)}`),
        el(
          'p',
          {},
          say(
            isApproval
              ? {
                  ko: '승인하면 지급 예정일에 정산금이 지급됩니다. 되돌릴 수 없습니다.',
                  en: 'The money is then paid on its date. This cannot be taken back.',
                }
              : describeDispute(faultCount),
          ),
        ),
      ],
      yes: isApproval ? { ko: '승인', en: 'Approve' } : { ko: '이의 제기', en: 'Dispute' },
      no: { ko: '닫기', en: 'Close' },
      danger: !isApproval,
    });
    if (isSure && (await act(path, { answer }, { button: isApproval ? approve : dispute }))) await showStatements();
  }
}

/**
 * @param {number} faultCount
 * @returns {Words}
 */
function describeDispute(faultCount) {
  return faultCount > 0
    ? {
        ko: '다른 거래가 운영사에 전달되고, 해결될 때까지 그 거래는 지급되지 않습니다.',
        en: 'The operator is told which lines differ. They are not paid until it is settled.',
      }
    : {
        ko: '이 단말기 기록과 다른 거래가 없습니다. 그래도 이의를 제기하면 정산서 전체가 지급되지 않고, 운영사와 따로 협의해야 합니다.',
        en: 'No line differs from the records of this box. Nothing of the statement is paid then, until you have come to terms with the operator.',
      };
}
