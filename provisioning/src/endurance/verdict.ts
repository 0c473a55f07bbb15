import { type Evidence, findViolations, type Slip, type Violation } from './judge-books.ts';

/** What is known of the payments of one box, over all its starts. */
export interface Verdict {
  /** The box's journal, by payment id, as last seen. */
  readonly payments: ReadonlyMap<string, string>;
  readonly violations: readonly Violation[];
  /**
   * Holds a box at rest against cloud and paper. `listed`: states by payment id, the newest ones or all.
   * @returns the states of payments that are new and have not shown an approval.
   */
  judge(listed: ReadonlyMap<string, string>): string[];
  /** Each violation is told once. */
  tell(found: readonly Violation[]): void;
}

export function createVerdict(deps: {
  slips: readonly Slip[];
  shown: ReadonlySet<string>;
  readCharges(): Evidence['charges'];
  /** Whether the cloud serves other boxes too: a charge that is not known here is then not judged here. */
  isShared: boolean;
  say(line: string): void;
}): Verdict {
  const { slips, shown, isShared } = deps;
  const payments = new Map<string, string>();
  const violations: Violation[] = [];
  const told = new Set<string>();

  const tell = (found: readonly Violation[]): void => {
    for (const violation of found) {
      const words = `${violation.kind}: ${violation.detail}`;
      if (told.has(words)) continue;
      told.add(words);
      violations.push(violation);
      deps.say(`VIOLATION ${words}`);
    }
  };
  const keepOwn = (charges: Evidence['charges']): Evidence['charges'] => {
    const own = new Set([...payments.keys(), ...shown, ...slips.map(({ paymentId }) => paymentId)]);
    const filter = (ledger: ReadonlyMap<string, number>) => new Map([...ledger].filter(([id]) => own.has(id)));
    return new Map([...charges].map(([company, ledger]) => [company, filter(ledger)]));
  };
  return {
    payments,
    violations,
    tell,
    judge(listed) {
      const isNew = (id: string): boolean => !payments.has(id) && !shown.has(id);
      const ends = [...listed].filter(([id]) => isNew(id)).map(([, state]) => state);
      // UUIDv7 sorts by time: whatever is younger than the oldest listed must be listed.
      const oldest = [...listed.keys()].sort()[0] ?? '';
      const missing = [...payments.keys()].filter((id) => id >= oldest && !listed.has(id));
      tell(missing.map((id) => ({ kind: 'payment lost', detail: `${id} is not in the journal any more` })));
      for (const [id, state] of listed) payments.set(id, state);
      const charges = deps.readCharges();
      tell(findViolations({ payments, charges: isShared ? keepOwn(charges) : charges, slips, shown }));
      return ends;
    },
  };
}
