// @ts-check
import { el } from './dom.js';
import { formatWon } from './format.js';
import { say } from './language.js';
import { amountHeads, amountsOf, makePaymentName, momentOfLine, nameLine } from './statement-lines.js';
import { makeTable, makeTableFrame } from './table.js';

/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementLine} StatementLine */
/** @typedef {import('@scanpay/shared/settlement/statement.ts').StatementFault} StatementFault */
/** @typedef {import('./language.js').Words} Words */
/** @typedef {import('./dom.js').Child} Child */
/** @typedef {{ theirs: Words, ours: Words }} Sides  Whose records these are: the sender's, the receiver's. */

/**
 * Each line both sides see differently: what both have, one below the other, what that means in words, and what can be
 * done about it or became of it.
 *
 * @param {readonly StatementFault[]} faults
 * @param {Sides} sides
 * @param {{ linkTo?: (paymentId: string) => string, makeEnd?: (fault: StatementFault) => Child[] }} [more]
 */
export function makeFaultTable(faults, sides, { linkTo, makeEnd = () => [] } = {}) {
  const bodies = faults.map((fault) => {
    const line = fault.theirs ?? fault.ours;
    return [
      makeSide(sides.theirs, fault.theirs, linkTo),
      makeSide(sides.ours, fault.ours, linkTo),
      el(
        'tr',
        { class: 'fault-end', 'data-line': line?.paymentId },
        el(
          'td',
          { colspan: '6' },
          el('div', { class: 'fault-words' }, el('span', {}, say(describeFault(fault, sides))), ...makeEnd(fault)),
        ),
      ),
    ];
  });
  const heads = [
    { ko: '기록', en: 'Record of' },
    { ko: '거래', en: 'Line' },
    { ko: '시각', en: 'When' },
    ...amountHeads,
  ];
  return makeTableFrame({ ko: '일치하지 않는 거래', en: 'Lines that differ' }, makeTable(heads, ...bodies));
}

/**
 * What differs, for somebody who does not want to compare figures.
 *
 * @param {StatementFault} fault
 * @param {Sides} sides
 * @returns {Words}
 */
function describeFault({ theirs, ours }, sides) {
  if (theirs === null) {
    return { ko: `${sides.ours.ko} 기록에만 있는 거래입니다.`, en: `Only ${sides.ours.en} has this line.` };
  }
  if (ours === null) {
    return { ko: `${sides.theirs.ko} 기록에만 있는 거래입니다.`, en: `Only ${sides.theirs.en} has this line.` };
  }
  const moreWon = theirs.payableWon - ours.payableWon;
  if (moreWon === 0) {
    return {
      ko: '정산 금액은 같지만 매출이나 수수료가 다릅니다.',
      en: 'The same is payable, but sales or fee differ.',
    };
  }
  const amount = formatWon(Math.abs(moreWon));
  return {
    ko: `정산 금액이 ${sides.theirs.ko} 기록에서 ${amount} ${moreWon > 0 ? '더 많습니다' : '더 적습니다'}.`,
    en: `${amount} ${moreWon > 0 ? 'more' : 'less'} is payable by the record of ${sides.theirs.en}.`,
  };
}

/**
 * @param {Words} side
 * @param {StatementLine | null} line
 * @param {((paymentId: string) => string) | undefined} linkTo
 */
function makeSide(side, line, linkTo) {
  const name = el('th', { scope: 'row' }, say(side));
  if (line === null) {
    const words = { ko: '기록 없음', en: 'no such line' };
    return el('tr', {}, name, el('td', { colspan: '5', class: 'no-line' }, say(words)));
  }
  return el(
    'tr',
    {},
    name,
    el('td', {}, nameLine(line), ' ', makePaymentName(line.paymentId, linkTo)),
    el('td', { class: 'number' }, momentOfLine(line)),
    ...amountsOf(line),
  );
}

/**
 * How a disputed line ends: its receiver accepts it, or its sender corrects or withdraws it.
 *
 * @param {import('@scanpay/shared/settlement/line-act.ts').LineOutcome} outcome
 * @param {StatementLine | null} agreed
 * @returns {Words}
 */
export function nameOutcome(outcome, agreed) {
  if (outcome === 'accepted') {
    return agreed === null
      ? { ko: '상대 의견대로 거래 제외', en: 'takes it that there is no such line' }
      : { ko: '상대 금액 인정', en: 'accepts the line as stated' };
  }
  return agreed === null
    ? { ko: '거래 철회', en: 'withdraws the line' }
    : { ko: '상대 금액으로 정정', en: 'corrects the line' };
}
