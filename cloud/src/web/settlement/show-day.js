// @ts-check
import { byId, el, fill, keepFocus } from '../../../../shared/src/web/dom.js';
import { fact } from '../../../../shared/src/web/fact.js';
import { formatClock, formatDay, formatWon } from '../../../../shared/src/web/format.js';
import { icon } from '../../../../shared/src/web/icons.js';
import { say } from '../../../../shared/src/web/language.js';
import { makeFaultTable } from '../../../../shared/src/web/statement-faults.js';
import { makeLineTable } from '../../../../shared/src/web/statement-lines.js';
import { fileOf, isHere, readLines } from './books.js';
import { makeLedgerTable } from './ledger-table.js';
import { makeSettlement } from './settle-lines.js';
import { hops, statementsOf, stateOfHop } from './statements.js';
import { merchants, nameParty, states } from './words.js';

/** @typedef {import('@scanpay/shared/api/sandbox.ts').SettlementDay} SettlementDay */
/** @typedef {import('@scanpay/shared/api/sandbox.ts').CompanyDay} CompanyDay */
/** @typedef {import('./statements.js').Statement} Statement */

/** Statements whose lines are on show, so that they stay so when the page is drawn anew. */
const openStatements = new Set();

/** Where a payment is followed through all books. @param {string} paymentId */
const traceOf = (paymentId) => `/reconciliation?payment=${paymentId}`;

/**
 * @param {SettlementDay} day
 * @param {() => Promise<void>} refresh asks for the day and shows it anew
 */
export function showDay(day, refresh) {
  keepFocus(() => {
    showFlow(day);
    fill(byId('hops', HTMLElement), ...shownHops.map((hop) => makeHop(day, hop, refresh)));
    fill(byId('books', HTMLElement), ...day.companies.map(makeBook));
  });
}

/** Those that a book on show here takes part in. */
const shownHops = hops.filter(({ from, to }) => isHere(from) || isHere(to));

/** @param {string} to */
const nameEnd = (to) => (to === 'merchants' ? merchants : nameParty(to));

/** @param {string | undefined} state */
function makeStateChip(state) {
  const { name, look } = states[state ?? ''] ?? { name: { ko: '아직 없음', en: 'Not yet' }, look: '' };
  return el('span', { class: `chip ${look}`, 'data-state': state }, say(name));
}

/** The way of the money, towards the shops. @param {SettlementDay} day */
function showFlow(day) {
  const steps = shownHops.flatMap(({ hop, from, to }) => {
    const statements = statementsOf(day, hop);
    const payableWon = statements.reduce((sum, { row }) => sum + row.payableWon, 0);
    const arrow = el(
      'li',
      { class: 'flow-hop' },
      el('span', { class: 'flow-name' }, hop),
      el('strong', { class: 'number' }, statements.length === 0 ? '–' : formatWon(payableWon)),
      makeStateChip(stateOfHop(statements)),
      el('span', { class: 'hidden-words' }, say({ ko: `${nameEnd(to).ko}에게`, en: `to: ${nameEnd(to).en}` })),
    );
    return [el('li', { class: 'flow-party' }, say(nameParty(from))), arrow];
  });
  const last = shownHops.at(-1)?.to ?? 'merchants';
  fill(byId('flow', HTMLElement), ...steps, el('li', { class: 'flow-party' }, say(nameEnd(last))));
}

/**
 * @param {SettlementDay} day
 * @param {typeof hops[number]} hop
 * @param {() => Promise<void>} refresh
 */
function makeHop(day, { hop, from, to }, refresh) {
  const statements = statementsOf(day, hop);
  const title = `${hop} ${say(nameParty(from))} → ${say(nameEnd(to))}`;
  const none = {
    ko: '아직 정산서가 없습니다. 하루를 마감하면 차례로 만들어집니다.',
    en: 'No statement yet. They follow when the day is closed.',
  };
  return el(
    'section',
    { class: 'hop', 'data-hop': hop },
    el('h2', {}, title),
    ...(statements.length === 0
      ? [el('p', { class: 'empty card' }, say(none))]
      : statements.map((each) => makeStatement(each, refresh))),
  );
}

/**
 * @param {Statement} statement
 * @param {() => Promise<void>} refresh
 */
function makeStatement(statement, refresh) {
  const { statementId, row, sent, received, company } = statement;
  const faults = received?.faults ?? sent?.faults ?? [];
  return el(
    'article',
    { id: `statement-${statementId}`, class: 'statement card', 'data-statement': statementId },
    el('div', { class: 'ends' }, makeParty('sent', row.sender, sent), makeReceiver(row, received)),
    makeSums(row),
    faults.length > 0 && makeFaults(statement, faults, refresh),
    row.lineCount > 0 && makeLines(statementId, company, row.lineCount, faults),
    makeFiles(statementId, company),
  );
}

/**
 * @param {'sent' | 'received'} direction
 * @param {string} party
 * @param {Statement['row'] | undefined} known as this party has it
 * @param {string} [detail]
 */
function makeParty(direction, party, known, detail = '') {
  const words = direction === 'sent' ? { ko: '보낸 쪽', en: 'Sent by' } : { ko: '받은 쪽', en: 'Received by' };
  return el(
    'p',
    { class: 'end' },
    el('span', { class: 'hint' }, say(words)),
    el('b', {}, say(nameParty(party))),
    detail !== '' && el('span', { class: 'code' }, detail),
    isHere(party) && makeStateChip(known?.state),
  );
}

/**
 * A shop may have several statements of a day: its box and the day of the payout tell them apart.
 *
 * @param {Statement['row']} row
 * @param {Statement['row'] | undefined} received
 */
function makeReceiver({ receiver, deviceId }, received) {
  return makeParty('received', receiver, received, deviceId ?? '');
}

/** How the amount comes about, and what became of it. @param {Statement['row']} row */
function makeSums(row) {
  const { lineCount, chargedWon, feeWon, payableWon, paidWon, state, payoutDate, transferId, updatedAtMs } = row;
  // What customers paid in cash is in the shop's till already.
  const inTillWon = chargedWon - feeWon - payableWon;
  return el(
    'dl',
    { class: 'facts' },
    fact({ ko: '거래', en: 'Lines' }, say({ ko: `${lineCount}건`, en: String(lineCount) })),
    fact({ ko: '매출', en: 'Charged' }, formatWon(chargedWon)),
    fact({ ko: '− 수수료', en: '− fees' }, formatWon(feeWon)),
    inTillWon !== 0 && fact({ ko: '− 가맹점 현금 보유분', en: '− cash the shop holds' }, formatWon(inTillWon)),
    fact({ ko: '= 정산 금액', en: '= payable' }, formatWon(payableWon), 'fact-main'),
    state === 'part-paid' && fact({ ko: '지급한 금액', en: 'Paid of it' }, formatWon(paidWon)),
    payoutDate !== null && fact({ ko: '지급일', en: 'Paid from' }, formatDay(payoutDate)),
    payoutDate !== null && fact({ ko: '이체', en: 'Transfer' }, nameTransfer(state, transferId)),
    fact({ ko: '바뀐 시각', en: 'Changed at' }, formatClock(updatedAtMs, true)),
  );
}

/**
 * @param {Statement['row']['state']} state
 * @param {Statement['row']['transferId']} transferId
 */
function nameTransfer(state, transferId) {
  if (transferId !== null) return `…${transferId.slice(-8)}`;
  const isCleared = state === 'paid' || state === 'part-paid';
  return say(isCleared ? { ko: '다음 지급으로 이월', en: 'carried forward' } : { ko: '아직 없음', en: 'not yet' });
}

/**
 * The statement to take along, as the company has it that sent it or else received it.
 *
 * @param {string} statementId
 * @param {string} company
 */
function makeFiles(statementId, company) {
  const file = (
    /** @type {string} */ name,
    /** @type {import('../../../../shared/src/web/language.js').Words} */ words,
  ) => el('a', { href: fileOf(company, statementId, name), download: '' }, say(words));
  return el(
    'p',
    { class: 'files' },
    file('statement.pdf', { ko: '정산서 PDF', en: 'Statement as PDF' }),
    file('statement.csv', { ko: '거래 CSV', en: 'Lines as CSV' }),
  );
}

/**
 * @param {Statement} statement
 * @param {Statement['row']['faults']} faults
 * @param {() => Promise<void>} refresh
 */
function makeFaults(statement, faults, refresh) {
  const { sender, receiver } = statement.row;
  const words = {
    ko: `양쪽 기록이 다른 거래 ${faults.length}건`,
    en: `${faults.length} ${faults.length === 1 ? 'line' : 'lines'} on which the two sides differ`,
  };
  return el(
    'div',
    { class: 'faults' },
    el('p', { class: 'problem' }, icon('alert'), say(words)),
    makeFaultTable(
      faults,
      { theirs: nameParty(sender), ours: nameParty(receiver) },
      { linkTo: traceOf, makeEnd: (fault) => makeSettlement(statement, fault, refresh) },
    ),
  );
}

/**
 * The lines, asked for when somebody wants to see them.
 *
 * @param {string} statementId
 * @param {string} company who is asked
 * @param {number} lineCount
 * @param {Statement['row']['faults']} faults
 */
function makeLines(statementId, company, lineCount, faults) {
  const place = el('div', {});
  const details = el(
    'details',
    {},
    el(
      'summary',
      { id: `lines-${statementId}` },
      say({ ko: `거래 ${lineCount}건 보기`, en: `Show ${lineCount} ${lineCount === 1 ? 'line' : 'lines'}` }),
    ),
    place,
  );
  details.addEventListener('toggle', () => {
    if (!details.open) return openStatements.delete(statementId);
    openStatements.add(statementId);
    if (place.childElementCount === 0) void load();
  });
  details.open = openStatements.has(statementId);
  return details;

  /** @param {string | null} [after] the payment the page before ended with */
  async function load(after = null) {
    const reply = await readLines(company, statementId, after);
    if (!reply.ok) return place.append(el('p', { class: 'problem' }, say(reply.message), ` (${reply.code})`));
    const { lines, next } = reply.value;
    place.append(makeLineTable(lines, faults, traceOf));
    if (next === null) return undefined;
    const more = el('button', { type: 'button', class: 'button' }, say({ ko: '더 보기', en: 'Show more' }));
    more.addEventListener('click', () => {
      more.remove();
      void load(next);
    });
    return place.append(more);
  }
}

/** @param {CompanyDay} day */
function makeBook({ company, balances, problem }) {
  const inOrder = balances.toSorted((a, b) => a.code.localeCompare(b.code, 'en', { numeric: true }));
  return el(
    'article',
    { class: 'book card', 'data-company': company },
    el('h3', {}, say(nameParty(company))),
    problem === null
      ? makeLedgerTable(inOrder)
      : el(
          'p',
          { class: 'problem' },
          icon('alert'),
          say({ ko: '응답하지 않습니다.', en: 'Does not answer.' }),
          ' ',
          el('span', { class: 'code' }, problem),
        ),
  );
}
