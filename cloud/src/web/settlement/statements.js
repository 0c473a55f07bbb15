// @ts-check

/** @typedef {import('@scanpay/shared/api/settlement.ts').StatementRow} StatementRow */
/** @typedef {import('@scanpay/shared/api/sandbox.ts').SettlementDay} SettlementDay */
/** @typedef {import('@scanpay/shared/settlement/statement.ts').Hop} Hop */
/**
 * One statement as its two ends have it; a shop's end is its box, which has no API here.
 *
 * @typedef {{ statementId: string, row: StatementRow, sent: StatementRow | undefined, received: StatementRow | undefined,
 *   company: 'card' | 'pg' | 'operator' }} Statement
 */

/** @type {readonly { hop: Hop, from: 'card' | 'pg' | 'operator', to: 'pg' | 'operator' | 'merchants' }[]} */
export const hops = [
  { hop: 'S13', from: 'card', to: 'pg' },
  { hop: 'S14', from: 'pg', to: 'operator' },
  { hop: 'S15', from: 'operator', to: 'merchants' },
];

/**
 * The statements of one hop, each with what both companies say about it.
 *
 * @param {SettlementDay} day
 * @param {Hop} hop
 * @returns {Statement[]}
 */
export function statementsOf({ companies }, hop) {
  /** @type {Map<string, Statement>} */
  const found = new Map();
  for (const { company, statements } of companies) {
    for (const row of statements.filter((each) => each.hop === hop)) {
      const { statementId, direction } = row;
      const known = found.get(statementId) ?? { statementId, row, sent: undefined, received: undefined, company };
      found.set(statementId, { ...known, [direction]: row });
    }
  }
  return [...found.values()].sort((a, b) => (nameOf(a.row) < nameOf(b.row) ? -1 : 1));
}

/** @param {StatementRow} row */
const nameOf = ({ receiver, deviceId, payoutDate, statementId }) =>
  `${receiver}/${deviceId ?? ''}/${payoutDate ?? ''}/${statementId}`;

/** The states from the one that needs looking at most to the one that needs none. */
const urgency = ['disputed', 'part-paid', 'presented', 'approved', 'paid'];

/**
 * Where a hop stands as a whole: at its least settled statement; undefined when there is none.
 *
 * @param {readonly Statement[]} statements
 */
export function stateOfHop(statements) {
  const states = statements.flatMap(({ sent, received }) => [sent, received]).map((row) => row?.state);
  return urgency.find((state) => states.includes(/** @type {StatementRow['state']} */ (state)));
}
