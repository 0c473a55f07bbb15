import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { ClosedOutcome } from '@scanpay/device/ports/journal.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { answerStatements } from './box/clerk.ts';
import { readOwnAlarms } from './checks/alarms-end.ts';
import { goesOn } from './checks/all-checks.ts';
import type { Violation } from './checks/inspector.ts';
import { closeAll, startAccountant } from './close-days.ts';
import type { Issued } from './cloud/issue-coupons.ts';
import { DeadProcessError } from './engine/process.ts';
import { calm, type Weather } from './engine/weather.ts';
import { tellLies } from './tell-lies.ts';
import { createWorld, runFor, type World } from './world.ts';

/** The outcome of a payment that is taken back after its day was closed over it. */
const reversedAfterItsDay = 'reversed after its day';

/** What became of one world. */
export interface WorldReport {
  seed: string;
  payments: number;
  steps: number;
  /** Simulated time, in ms. */
  spanMs: number;
  /** Of everything that happened. */
  hash: string;
  outcomes: Record<string, number>;
  /** Changes of schedules, by the last word that was heard on them. */
  changes: Record<string, number>;
  /** The end of the story, for a person; around the payment that broke an invariant, if one did. */
  story: string[];
  violation: Violation | null;
}

/** The world in which something rejected without anybody to notice; set while one runs. */
let current: World | null = null;

/**
 * Nothing here does I/O, so a rejection nobody handles is the product's, and would end its process. Those of a process
 * that is ending anyway are not counted: what a box was doing when its journal failed, and what dead code runs into.
 */
export function onUnhandled(error: unknown): void {
  const { code, detail: said } = error as { code?: string; detail?: string };
  const isOfTheDead = error instanceof DeadProcessError || said === 'the box stopped';
  if (current === null || code === 'SQLITE_FULL' || isOfTheDead) return;
  const detail = `an unhandled rejection: ${error instanceof Error ? error.stack : String(error)}`;
  current.inspector.fail({ check: goesOn.name, paymentId: null, detail });
}

/** A fault that lasts would show as time that never comes to rest. */
const restLimitMs = 60 * 60_000;
const busyLimitMs = 12 * 60 * 60_000;

/** Plays one world: a busy stretch around midnight with faults, then peace until all has come to rest, then the accounts. */
export async function runWorld(options: {
  seed: string;
  payments: number;
  issued: Issued;
  weather?: Weather;
}): Promise<WorldReport> {
  const world = createWorld(options.seed, options.issued, options.weather ?? null);
  current = world;
  const startMs = world.timeline.nowMs();
  try {
    await play(world, options.payments, options.issued);
  } finally {
    current = null;
  }
  const { inspector, timeline, chronicle } = world;
  const violation = inspector.violation();
  const changes: Record<string, number> = {};
  for (const { told } of world.travellers.changes) {
    const word = told.at(-1) ?? 'unheard';
    changes[word] = (changes[word] ?? 0) + 1;
  }
  const outcomes: Record<string, number> = {};
  for (const dossier of inspector.dossiers.all()) {
    const outcome = dossier.boxOutcome;
    const how = dossier.request.offline === undefined ? '' : 'offline, ';
    const name = `${how}${nameOutcome(outcome)}`;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
  const report: WorldReport = {
    seed: options.seed,
    payments: inspector.dossiers.count(),
    steps: timeline.steps(),
    spanMs: timeline.nowMs() - startMs,
    hash: chronicle.hash(),
    outcomes,
    changes,
    story: chronicle.tell(violation?.paymentId ?? null),
    violation,
  };
  for (const { disk } of [...Object.values(world.companies), ...world.boxes]) disk.connection.close();
  return report;
}

/** As the report counts it: a payment whose sale and reversal stand in statements of two dates is told from the others. */
function nameOutcome(outcome: ClosedOutcome | null): string {
  if (outcome?.kind === 'declined') return `declined ${outcome.code}`;
  if (outcome?.kind === 'reversed' && outcome.stated !== undefined) return reversedAfterItsDay;
  return outcome?.kind ?? 'open';
}

async function play(world: World, payments: number, issued: Issued): Promise<void> {
  const { inspector, timeline } = world;
  for (const machine of [...Object.values(world.companies), ...world.boxes]) machine.boot();
  await runFor(world, 3_000);
  world.nemesis.start();
  world.hostile.start();
  world.travellers.start();
  for (const clerk of world.clerks) clerk.start();
  const accountant = startAccountant(world);
  startRevoking(world, issued);
  const untilMs = timeline.nowMs() + busyLimitMs;
  while (inspector.dossiers.count() < payments && timeline.nowMs() < untilMs && inspector.violation() === null) {
    await world.step(untilMs);
  }
  for (const clerk of world.clerks) clerk.stop();
  accountant.stop();
  await comeToRest(world);
}

function startRevoking(world: World, { coupons }: Issued): void {
  const dice = world.dice.fork('revoke');
  if (!dice.chance(0.5)) return;
  world.timeline.after(dice.between(30_000, 300_000), () => {
    const row = world.companies.operator.disk.connection
      .prepare<[string], { coupon_id: string }>('SELECT coupon_id FROM operator_coupons WHERE auth_number = ?')
      .get(dice.pick(coupons).authNumber);
    world.note(`coupon ${row?.coupon_id} is revoked`);
    void world.companies.operator.callee()?.askOpenly({ method: 'POST', path: `/v1/coupons/${row?.coupon_id}/revoke` });
  });
}

/** Peace: the network heals, everybody starts again, printers have paper. Then all must end, and every account agree. */
async function comeToRest(world: World): Promise<void> {
  world.note('peace');
  world.nemesis.stop();
  world.hostile.stop();
  world.travellers.stop();
  world.setWeather(calm);
  world.network.healAll();
  for (const { disk } of [...Object.values(world.companies), ...world.boxes]) disk.disarm();
  for (const box of world.boxes) {
    box.printer.mood = 'well';
    box.scanner.plug();
    box.computer = 'well';
    // As NTP sets it.
    box.skewMs = 0;
  }
  await runFor(world, 3 * 60_000);
  // Whoever sends nothing notices nothing: each box finds its way back once, and is sent what it missed.
  for (const { cast } of world.boxes) world.broker.breakLink(cast.deviceId);
  await untilRest(world, isResolved);
  await closeAll(world);
  await untilRest(world, isSettled);
  await untilRest(world, isQuiet);
  if (world.inspector.violation() !== null) return;
  const lies = await tellLies(world);
  if (world.inspector.violation() !== null) return;
  const { companies, boxes, inspector, travellers } = world;
  await inspector.rest({
    books: {
      card: companies.card.disk.connection,
      pg: companies.pg.disk.connection,
      operator: companies.operator.disk.connection,
    },
    journals: new Map(boxes.map(({ cast, disk }) => [cast.deviceId, disk.connection])),
    lies,
    changes: travellers.changes,
  });
}

async function untilRest(world: World, isAtRest: (world: World) => boolean): Promise<void> {
  const untilMs = world.timeline.nowMs() + restLimitMs;
  while (world.inspector.violation() === null && world.timeline.nowMs() < untilMs && !isAtRest(world)) {
    await runFor(world, 20_000);
    for (const { running } of world.boxes) {
      const box = running();
      if (box !== null) answerStatements(box.counter, isResolved(world));
    }
  }
}

const countOf = (world: World, company: Company, table: string, where: string): number =>
  world.companies[company].disk.connection
    .prepare<[], { n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`)
    .get()?.n ?? 0;

function isResolved(world: World): boolean {
  const open = world.boxes.reduce((sum, { disk }) => {
    const count = (table: string, where: string): number =>
      disk.connection.prepare<[], { n: number }>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`).get()?.n ?? 0;
    return (
      sum +
      count('payments', 'closed_at_ms IS NULL') +
      count('cancels', 'closed_at_ms IS NULL') +
      count('receipts', `state IN ('queued', 'printing')`)
    );
  }, 0);
  return (
    open === 0 &&
    countOf(world, 'operator', 'operator_payments', `state IN ('authorising', 'reversing', 'cancelling')`) === 0 &&
    countOf(world, 'pg', 'pg_payments', `state IN ('authorising', 'reversing')`) === 0 &&
    countOf(world, 'pg', 'pg_cancels', `state = 'cancelling'`) === 0 &&
    countOf(world, 'card', 'card_notices', 'due_at_ms IS NOT NULL') === 0 &&
    countOf(world, 'pg', 'pg_schedules', 'pending_change_id IS NOT NULL') === 0 &&
    countOf(world, 'operator', 'operator_schedule_notices', '1') === 0
  );
}

/** No alarm is open, at the operator or at a box. */
const isQuiet = (world: World): boolean =>
  countOf(world, 'operator', 'operator_alarms', 'cleared_at_ms IS NULL') === 0 &&
  world.boxes.every(({ disk }) => readOwnAlarms(disk.connection).open.length === 0);

function isSettled(world: World): boolean {
  const today = businessDateAt(world.timeline.nowMs());
  const isOpen = (company: Company): boolean =>
    countOf(
      world,
      company,
      'statements',
      `state = 'presented' OR (state = 'approved' AND COALESCE(payout_date, business_date) <= '${today}')
        OR (direction = 'sent' AND state = 'paid' AND paid_told = 0)`,
    ) > 0;
  const dates = countOf(world, 'card', 'closed_dates', '1');
  const sent = (company: Company): number => countOf(world, company, 'statements', `direction = 'sent'`);
  return (
    sent('card') === dates &&
    sent('pg') === dates &&
    !isOpen('card') &&
    !isOpen('pg') &&
    !isOpen('operator') &&
    isResolved(world)
  );
}
