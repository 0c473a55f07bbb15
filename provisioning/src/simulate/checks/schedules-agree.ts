import type Database from 'better-sqlite3';
import type { AskedChange } from '../cloud/travellers.ts';
import type { Check } from './check.ts';

interface ChangeRow {
  change_id: string;
  coupon_id: string;
  offer_id: string;
  number: number;
  visit_from: string;
  visit_to: string;
  headcount: number;
  outcome: 'applied' | 'refused' | null;
  refusal_code: string | null;
  at_ms: number | null;
}

interface Entitlement {
  coupon_id: string;
  offer_id: string;
  visit_from: string;
  visit_to: string;
  headcount: number;
  schedule_version: number;
}

const columns = 'change_id, coupon_id, offer_id, number, visit_from, visit_to, headcount, outcome, refusal_code';
const pgChanges = `
  SELECT ${columns}, at_ms FROM pg_schedule_changes LEFT JOIN pg_schedule_decisions USING (change_id) ORDER BY change_id`;
const operatorChanges = `SELECT ${columns}, decided_at_ms AS at_ms FROM operator_schedule_changes ORDER BY change_id`;
const entitlements = `
  SELECT coupon_id, offer_id, visit_from, visit_to, headcount, schedule_version FROM operator_entitlements`;
const strangePayments = `
  SELECT payment_id, schedule_version FROM operator_payments AS p
  WHERE schedule_version > 0 AND NOT EXISTS (
    SELECT 1 FROM operator_schedule_changes AS c WHERE c.coupon_id = p.coupon_id AND c.offer_id = p.offer_id
      AND c.number = p.schedule_version AND c.outcome = 'applied' AND c.decided_at_ms <= p.updated_at_ms)`;

/**
 * DESIGN §1: schedules are the PG's, and the operator's pre-registration DB is built from them. Whatever was lost on the way,
 * both end with the same changes in the same order, nothing else than was asked for, and what people were told holds.
 */
export const schedulesAgree: Check = {
  name: 'schedules-agree',
  rule: '§2 S03',
  claim: 'PG and operator have the same schedules, each change of them as it was asked for and answered',
  atRest({ books: { pg, operator }, changes }, report) {
    const tell = (detail: string): void => report(null, detail);
    const atPg = pg.prepare<[], ChangeRow>(pgChanges).all();
    const [one, other] = [atPg.map(describe), operator.prepare<[], ChangeRow>(operatorChanges).all().map(describe)];
    const differing = one.find((row, at) => row !== other[at]) ?? other[one.length];
    if (differing !== undefined) tell(`the PG has ${one.length} changes, the operator ${other.length}: ${differing}`);
    holdToChanges(operator, atPg, tell);
    holdToWords(changes, atPg, tell);
    for (const { payment_id, schedule_version } of operator
      .prepare<[], { payment_id: never; schedule_version: number }>(strangePayments)
      .all()) {
      report(payment_id, `goes by schedule ${schedule_version}, which did not hold`);
    }
  },
};

const describe = (row: ChangeRow): string =>
  Object.entries(row)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

const isOf = (row: { coupon_id: string; offer_id: string }, each: { coupon_id: string; offer_id: string }): boolean =>
  row.coupon_id === each.coupon_id && row.offer_id === each.offer_id;

/** Each entitlement is as its last change left it, and none was left out or done twice. */
function holdToChanges(
  operator: Database.Database,
  changes: readonly ChangeRow[],
  tell: (detail: string) => void,
): void {
  const applied = changes.filter(({ outcome }) => outcome === 'applied');
  for (const row of operator.prepare<[], Entitlement>(entitlements).all()) {
    const own = applied.filter((each) => isOf(row, each)).sort((a, b) => a.number - b.number);
    const name = `${row.coupon_id}/${row.offer_id}`;
    if (own.some(({ number }, at) => number !== at + 1) || own.length !== row.schedule_version) {
      tell(
        `${name} is at schedule ${row.schedule_version} after changes ${own.map(({ number }) => number).join(', ')}`,
      );
    }
    const last = own.at(-1);
    if (last === undefined) continue;
    const { visit_from, visit_to, headcount } = row;
    if (last.visit_from !== visit_from || last.visit_to !== visit_to || last.headcount !== headcount) {
      tell(`${name}: ${visit_from} to ${visit_to} for ${headcount}, and its last change is ${describe(last)}`);
    }
  }
}

/** What was said of a change is what became of it; of two wishes under one id only one may have been heard. */
function holdToWords(
  asked: readonly AskedChange[],
  changes: readonly ChangeRow[],
  tell: (detail: string) => void,
): void {
  const byId = new Map(changes.map((row) => [row.change_id, row]));
  for (const { changeId, after, told } of asked) {
    const row = byId.get(changeId);
    const isThis =
      row?.visit_from === after.visitFrom && row.visit_to === after.visitTo && row.headcount === after.headcount;
    const wasTold = (word: string): boolean => told.includes(word);
    if ((wasTold('applied') || wasTold('pending')) && !isThis)
      tell(`${changeId} was told ${told.join(', ')}, and is none`);
    if (wasTold('applied') && row?.outcome !== 'applied') tell(`${changeId} was told applied, and is ${row?.outcome}`);
  }
  for (const row of changes) {
    const isAsked = asked.some(
      ({ changeId, after }) =>
        changeId === row.change_id && after.visitFrom === row.visit_from && after.visitTo === row.visit_to,
    );
    if (!isAsked) tell(`nobody has asked for ${describe(row)}`);
    if (row.outcome === null) tell(`the PG has no answer to ${describe(row)}`);
  }
}
