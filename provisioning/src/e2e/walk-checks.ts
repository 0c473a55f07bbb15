import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BoxView, PaymentRow } from '@scanpay/shared/api/box.ts';
import Database from 'better-sqlite3';
import iconv from 'iconv-lite';
import { callJson } from '../demo/call-json.ts';
import type { ServiceProcess } from '../demo/processes.ts';
import type { World } from '../demo/world.ts';
import type { KillOrder } from './killable.ts';

const resolveWithinMs = 90_000;
const reprintBanner = iconv.encode('재출력', 'cp949');

export async function listPayments({ counterUrl }: Pick<World, 'counterUrl'>): Promise<PaymentRow[]> {
  const { payments } = (await callJson('GET', `${counterUrl}/api/payments`)) as { payments: PaymentRow[] };
  return payments;
}

type HowEnded = 'still running' | number | string;
/** At no commit. */
const never: KillOrder = { commit: -1, side: 'before' };

/** Takes the order back. Resolves with how the process ended where that was faster. */
function disarm(service: ServiceProcess): Promise<HowEnded> {
  const answered = service.hear('commits').then(() => 'still running' as const);
  service.say({ kill: never });
  service.say({ count: true });
  return Promise.race([service.ended, answered]);
}

/** Waits until the process is killed, or `over` says that the order was not reached; then it is taken back. */
export async function untilEnded(service: ServiceProcess, over: Promise<void>): Promise<HowEnded> {
  const work = over.catch(async (error: unknown) => {
    // A box that was killed cannot be asked any more.
    if ((await disarm(service)) === 'still running') throw error;
  });
  await Promise.race([service.ended, work]);
  return disarm(service);
}

/** Waits until the box has nothing open, nothing to sync, nothing to print, and is online. */
export async function waitUntilResolved({ clerk }: Pick<World, 'clerk'>): Promise<void> {
  await waitForView({ clerk }, (view) => {
    const isAtRest = view.openCount === 0 && view.offline.waitingCount === 0 && view.receiptsWaiting === 0;
    return view.linkUp && view.clockTrusted && isAtRest;
  });
}

/** @throws Error when the box does not come to look like that. */
export async function waitForView({ clerk }: Pick<World, 'clerk'>, accept: (view: BoxView) => boolean): Promise<void> {
  const deadline = Date.now() + resolveWithinMs;
  for (;;) {
    const view = await clerk.look();
    if (accept(view)) return;
    if (Date.now() > deadline) throw new Error(`not resolved: ${JSON.stringify(view)}`);
    await delay(50);
  }
}

/** Net charges of a payment in a company's ledger: sales less reversals and cancels. */
export function countCharges({ dataDir }: Pick<World, 'dataDir'>, company: string, paymentId: string): number {
  const db = new Database(join(dataDir, company, `${company}.sqlite`), { readonly: true, timeout: 5_000 });
  try {
    const rows = db.prepare('SELECT kind FROM ledger_entries WHERE payment_id = ?').all(paymentId) as {
      kind: string;
    }[];
    return rows.reduce((net, { kind }) => net + (kind === 'sale' ? 1 : -1), 0);
  } finally {
    db.close();
  }
}

/** The slips that came out of the printer with this payment on them. */
export function slipsOf(
  { dataDir }: Pick<World, 'dataDir'>,
  paymentId: string,
): { originals: number; reprints: number } {
  const receipts = join(dataDir, 'box', 'receipts');
  const slips = readdirSync(receipts)
    .filter((name) => name.endsWith('.bin'))
    .map((name) => readFileSync(join(receipts, name)))
    .filter((bytes) => bytes.includes(paymentId));
  const reprints = slips.filter((bytes) => bytes.includes(reprintBanner)).length;
  return { originals: slips.length - reprints, reprints };
}
