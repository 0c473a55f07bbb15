/** What boxes, cloud and paper say about their payments. */
export interface Evidence {
  /** States in the boxes' journals, by payment id. */
  payments: ReadonlyMap<string, string>;
  /** Net charges in each company's ledger, by payment id: sales less reversals and cancels. */
  charges: ReadonlyMap<string, ReadonlyMap<string, number>>;
  slips: readonly Slip[];
  /** Payments that the counter has shown as approved. */
  shown: ReadonlySet<string>;
}

/** One piece of paper, and whether it says of itself that it is a reprint. */
export interface Slip {
  paymentId: string;
  isReprint: boolean;
}

export interface Violation {
  kind:
    | 'payment lost'
    | 'payment doubled'
    | 'charge without approval'
    | 'receipt lost'
    | 'receipt doubled'
    | 'unresolved';
  detail: string;
}

/**
 * Holds a box with nothing open and nothing to print to the invariants (DESIGN §8: 1, 2, 6, 7): one charge at every
 * company and one receipt, or no charge anywhere and none. A copy that says it is a reprint is no double.
 */
export function findViolations(evidence: Evidence): Violation[] {
  const { payments, charges, slips, shown } = evidence;
  const slipsOf = Map.groupBy(slips, ({ paymentId }) => paymentId);
  const paymentIds = new Set([...payments.keys(), ...shown, ...slipsOf.keys()]);
  for (const ledger of charges.values()) for (const paymentId of ledger.keys()) paymentIds.add(paymentId);
  return [...paymentIds].flatMap((paymentId) => {
    const state = payments.get(paymentId);
    return [
      ...judgeCharges(paymentId, state, charges, shown.has(paymentId)),
      ...judgeSlips(paymentId, state, slipsOf.get(paymentId) ?? []),
    ];
  });
}

function judgeCharges(
  paymentId: string,
  state: string | undefined,
  charges: Evidence['charges'],
  isShown: boolean,
): Violation[] {
  const violations: Violation[] = [];
  const add = (kind: Violation['kind'], what: string): void =>
    void violations.push({ kind, detail: `${paymentId}, ${state ?? 'not in the journal'}: ${what}` });
  const isApproved = state === 'approved';
  if (isShown && !isApproved) add('payment lost', 'the counter had shown it as approved');
  if (state !== undefined && !['approved', 'declined', 'reversed', 'cancelled'].includes(state)) {
    add('unresolved', 'still open');
    return violations;
  }
  for (const [company, ledger] of charges) {
    const count = ledger.get(paymentId) ?? 0;
    if (count > 1) add('payment doubled', `${count} charges at ${company}`);
    else if (count !== 0 && !isApproved) add('charge without approval', `${count} charges at ${company}`);
    else if (count === 0 && isApproved) add('payment lost', `no charge at ${company}`);
  }
  return violations;
}

function judgeSlips(paymentId: string, state: string | undefined, slips: readonly Slip[]): Violation[] {
  const originals = slips.filter(({ isReprint }) => !isReprint).length;
  const what = `${paymentId}, ${state ?? 'not in the journal'}: ${originals} originals, ${slips.length - originals} reprints`;
  if (state !== 'approved') return slips.length === 0 ? [] : [{ kind: 'receipt doubled', detail: what }];
  if (slips.length === 0) return [{ kind: 'receipt lost', detail: what }];
  return originals > 1 ? [{ kind: 'receipt doubled', detail: what }] : [];
}
