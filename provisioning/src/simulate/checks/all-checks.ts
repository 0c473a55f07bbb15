import { actsAsItself } from './acts-as-itself.ts';
import { alarmsEnd } from './alarms-end.ts';
import { booksAgree } from './books-agree.ts';
import { booksAudited } from './books-audited.ts';
import { chargedOnce } from './charged-once.ts';
import type { Check } from './check.ts';
import { createEntitlementUses } from './entitlement-uses.ts';
import { evidenceFollows } from './evidence-follows.ts';
import { noCardNumber } from './no-card-number.ts';
import { nothingLost } from './nothing-lost.ts';
import { createOfflineCash } from './offline-cash.ts';
import { receiptForApproval } from './receipt-for-approval.ts';
import { reversalLeavesNoCharge } from './reversal-leaves-no-charge.ts';
import { schedulesAgree } from './schedules-agree.ts';
import { staleNeverApproved } from './stale-never-approved.ts';

/** For one world: some of them count. */
export const createChecks = (): Check[] => [
  chargedOnce,
  reversalLeavesNoCharge,
  createEntitlementUses(),
  booksAgree,
  booksAudited,
  evidenceFollows,
  noCardNumber,
  receiptForApproval,
  nothingLost,
  createOfflineCash(),
  actsAsItself,
  staleNeverApproved,
  schedulesAgree,
  alarmsEnd,
];

/** Beside the checks: the world itself reports it. */
export const goesOn = {
  name: 'goes-on',
  rule: '§9',
  claim: 'no process ends by itself, and no rejection goes unhandled',
} as const;

const moments = [
  ['onBooked', 'every entry of a book'],
  ['onJournal', 'every commit of a box'],
  ['onUp', 'every message of a box'],
  ['onDown', 'every message to a box'],
  ['onPaper', 'every print'],
  ['onText', 'every message, call and log line'],
  ['atRest', 'at rest'],
  ['audit', 'at rest'],
] as const satisfies [keyof Check, string][];

/** The invariants and who holds them, as a Markdown table. */
export function tellChecks(): string[] {
  const rows = createChecks().map((check) => {
    const looksAt = new Set(moments.filter(([hook]) => check[hook] !== undefined).map(([, moment]) => moment));
    return `| ${check.rule} | ${check.claim} | \`${check.name}\` | ${[...looksAt].join(', ')} |`;
  });
  return [
    '| DESIGN | invariant | checker | looks at |',
    '| --- | --- | --- | --- |',
    ...rows,
    `| ${goesOn.rule} | ${goesOn.claim} | \`${goesOn.name}\` | every step |`,
  ];
}
