import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import { closeDay, type DayCloser } from '@scanpay/cloud/roles/settle/close-day.ts';
import { addBusinessDays, type BusinessDate, businessDateAt, startOfBusinessDateMs } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import { runFor, type World } from './world.ts';

const lookMs = 250;
const maxLooks = 400;
/** A box's deadline and what it asks afterwards take less. */
const deafMs = 60_000;
const closeEveryMs = 1_500;
const closeTries = 6;

/** Closes a date now and then, at once or at midnight, and again until all three have closed it. */
export function startAccountant(world: World): { stop(): void } {
  const { timeline } = world;
  const dice = world.dice.fork('accountant');
  const firstDate = businessDateAt(timeline.nowMs());
  let working = true;
  const dateToClose = (isEarly: boolean): BusinessDate => {
    // An early close moves later payments to tomorrow; only the day that is about to end is closed early.
    const today = businessDateAt(timeline.nowMs());
    return isEarly && today === firstDate ? today : addBusinessDays(today, -1);
  };
  const closeSome = (isEarly: boolean): void => {
    void close(world, dateToClose(isEarly));
    plan();
  };
  /**
   * The worst moment for a box: it takes back a payment that is approved, and of which it has not heard, after its day was
   * closed. By itself that is too rare to be met: the box is made deaf until its deadline is long over.
   */
  const closeUnheard = (looks: number, watched?: Waiting): void => {
    if (!working) return;
    const waiting = watched ?? findWaiting(world);
    if (watched === undefined && waiting !== undefined) {
      world.network.hold({ from: 'operator', to: waiting.deviceId }, deafMs);
    }
    const state = waiting === undefined ? null : findState(world, waiting);
    if (state === 'approved') closeSoon(closeTries);
    else if (looks === 0) closeSome(true);
    else timeline.after(lookMs, () => closeUnheard(looks - 1, isUnderWay(state) ? waiting : undefined));
  };
  /** A close has to wait for other payments that are under way. */
  const closeSoon = (tries: number): void => {
    if (!working) return;
    if (tries > 1) {
      void close(world, dateToClose(true));
      timeline.after(closeEveryMs, () => closeSoon(tries - 1));
    } else closeSome(true);
  };
  const plan = (withinMs = 200_000): void => {
    timeline.after(dice.between(5_000, withinMs), () => {
      if (!working) return;
      if (dice.chance(0.5)) closeUnheard(maxLooks);
      else closeSome(dice.chance(0.5));
    });
  };
  // Small worlds are over in a few minutes: their first day is closed while they are busy.
  plan(60_000);
  return {
    stop() {
      working = false;
    },
  };
}

/** A payment that its box waits for. */
interface Waiting {
  deviceId: DeviceId;
  paymentId: PaymentId;
}

function findWaiting({ boxes }: World): Waiting | undefined {
  for (const { cast, disk } of boxes) {
    const row = disk.connection
      .prepare<[], { id: PaymentId }>(
        `SELECT payment_id AS id FROM payments WHERE state = 'sent' AND closed_at_ms IS NULL`,
      )
      .get();
    if (row !== undefined) return { deviceId: cast.deviceId, paymentId: row.id };
  }
  return undefined;
}

/** At the operator; undefined: it has not come there yet. */
const findState = ({ companies }: World, { paymentId }: Waiting): string | undefined =>
  companies.operator.disk.connection
    .prepare<[PaymentId], { state: string }>('SELECT state FROM operator_payments WHERE payment_id = ?')
    .get(paymentId)?.state;

/** Null: there is nothing to wait for. */
const isUnderWay = (state: string | undefined | null): boolean => state === undefined || state === 'authorising';

async function close(world: World, businessDate: BusinessDate): Promise<boolean> {
  world.note(`close of ${businessDate}`);
  const closer = (company: Company): DayCloser => ({
    async close(date) {
      const callee = world.companies[company].callee();
      if (callee === null) return refuse('upstream_unavailable');
      const path = '/v1/settlement/close';
      // What a company answers that dies meanwhile is never heard.
      const { status, body } = await callee.askOpenly({ method: 'POST', path, body: { businessDate: date } });
      if (!callee.life.isAlive()) return new Promise(() => undefined);
      return status === 200 ? accept(undefined) : refuse((body as { code: ErrorCode }).code);
    },
  });
  const closed = await closeDay({ operator: closer('operator'), pg: closer('pg'), card: closer('card') }, businessDate);
  world.note(`close of ${businessDate}: ${closed.ok ? 'done' : `${closed.code} ${closed.detail}`}`);
  return closed.ok;
}

/** Every date with an entry in any book, in order. */
export async function closeAll(world: World): Promise<void> {
  if (world.inspector.violation() !== null) return;
  const dates = new Set<BusinessDate>();
  for (const { disk } of Object.values(world.companies)) {
    const rows = disk.connection
      .prepare<[], { d: BusinessDate }>('SELECT DISTINCT business_date AS d FROM ledger_entries')
      .all();
    for (const { d } of rows) dates.add(d);
    const closed = disk.connection
      .prepare<[], { d: BusinessDate }>('SELECT business_date AS d FROM closed_dates')
      .all();
    for (const { d } of closed) dates.add(d);
  }
  const today = businessDateAt(world.timeline.nowMs());
  for (const date of [...dates].sort()) {
    // Payments after an early close have tomorrow's date: midnight has to come.
    if (date > today) await runFor(world, startOfBusinessDateMs(date) - world.timeline.nowMs() + 1_000);
    let done = false;
    for (let round = 0; round < 20 && !done && world.inspector.violation() === null; round += 1) {
      void close(world, date).then((closed) => {
        done = closed;
      });
      await runFor(world, 15_000);
    }
    if (!done) {
      world.inspector.fail({ check: 'books-agree', paymentId: null, detail: `${date} cannot be closed` });
      return;
    }
  }
}
