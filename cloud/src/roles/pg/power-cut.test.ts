/**
 * The power is cut at the PG before and after every write and every call to another company, once at each; after the
 * restart everything must come to an end by itself, with both books in agreement.
 */

import type { ApprovalReply } from '@scanpay/shared/api/pg.ts';
import type { CancelId, CouponId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, describe, expect, it } from 'vitest';
import { paymentId, today } from '../../core/approve/testing/pg-fixtures.ts';
import type { CardFaults } from '../card/card-context.ts';
import { type CardBench, createCardBench } from '../card/testing/card-bench.ts';
import {
  approvalBody,
  createPgBench,
  filesWith,
  getRegistration,
  type PgBench,
  postRegistration,
  settle,
} from './testing/pg-bench.ts';

/** Lets so many steps pass; at the next one everything of the process ends. */
interface Fuse {
  stepsLeft: number;
  isBlown: boolean;
}

const cancelId = '019ab0c0-0000-7000-8000-00000000000c' as CancelId;
const cancelBody = { cancelId, paymentId, amountWon: won(12_300), businessDate: today };
const neverCut = Number.POSITIVE_INFINITY;

/** Counts a step before and after each method; reads are no steps, but die with the process too. */
function fused<T extends object>(target: T, fuse: Fuse, isStep: (name: string) => boolean): T {
  const burn = (name: string): void => {
    if (isStep(name)) fuse.stepsLeft -= 1;
    if (fuse.stepsLeft < 0) fuse.isBlown = true;
    if (fuse.isBlown) throw new Error('power cut');
  };
  return new Proxy(target, {
    get(object, name) {
      const method = Reflect.get(object, name) as (...args: unknown[]) => Promise<unknown>;
      return async (...args: unknown[]) => {
        burn(String(name));
        const result = await method.apply(object, args);
        burn(String(name));
        return result;
      };
    },
  });
}
const isWrite = (name: string): boolean => !name.startsWith('find') && !name.startsWith('list');

let bench: PgBench;
let card: CardBench;
let fuse: Fuse;

async function build(faults: CardFaults): Promise<void> {
  fuse = { stepsLeft: neverCut, isBlown: false };
  card = await createCardBench({ faults });
  bench = await createPgBench({
    card: card.card,
    wrapStore: (store) => fused(store, fuse, isWrite),
    wrapCard: (peer) => fused(peer, fuse, () => true),
    wrapOperator: (peer) => fused(peer, fuse, () => true),
  });
}
afterEach(async () => {
  await bench.close();
  await card.close();
});

/** Cuts the power at the given step of the work, and restarts. False: the work was done before. */
async function cutAt(step: number, work: () => Promise<unknown>): Promise<boolean> {
  fuse.stepsLeft = step;
  const working = work().then(
    () => true,
    () => true,
  );
  await until(async () =>
    expect(fuse.isBlown || (await Promise.race([working, settle().then(() => false)]))).toBe(true),
  );
  const { isBlown } = fuse;
  fuse.stepsLeft = neverCut;
  fuse.isBlown = false;
  if (isBlown) await bench.restart();
  return isBlown;
}

const chargedAtCard = async () => {
  const entries = await card.db.selectFrom('ledger_entries').selectAll().execute();
  return entries.reduce((sum, entry) => sum + (entry.kind === 'sale' ? 1 : -1) * (entry.charged_won ?? 0), 0);
};
const chargedAtPg = async () => {
  const entries = await bench.db.selectFrom('ledger_entries').selectAll().execute();
  return entries.reduce((sum, entry) => sum + (entry.kind === 'sale' ? 1 : -1) * (entry.charged_won ?? 0), 0);
};
async function finalOutcome(): Promise<ApprovalReply['outcome'] | 'unknown'> {
  let outcome: ApprovalReply['outcome'] | 'unknown' = 'processing';
  await until(async () => {
    const reply = await bench.pg.inquire(paymentId);
    outcome = reply.ok ? reply.value.outcome : 'unknown';
    expect(outcome).not.toBe('processing');
  });
  return outcome;
}

/** Runs the scenario with a cut at step 0, 1, 2 … until the work gets through; says how many cuts that made. */
async function cutEverywhere(scenario: (step: number) => Promise<boolean>, faults: CardFaults = {}): Promise<number> {
  for (let step = 0; step < 50; step += 1) {
    await build(faults);
    const wasCut = await scenario(step);
    if (!wasCut) return step;
    await bench.close();
    await card.close();
  }
  throw new Error('the work never gets through');
}

describe('a power cut', { timeout: 120_000 }, () => {
  it('during an approval: approved at both, or charged at neither', async () => {
    const seen = new Set<string>();
    const cuts = await cutEverywhere(async (step) => {
      const body = approvalBody(await bench.register());
      const wasCut = await cutAt(step, () => bench.pg.approve(body));
      const outcome = await finalOutcome();
      seen.add(outcome);
      expect(await chargedAtPg()).toBe(outcome === 'approved' ? 12_300 : 0);
      expect(await chargedAtCard()).toBe(outcome === 'approved' ? 12_300 : 0);
      const again = outcome === 'unknown' ? 'approved' : outcome;
      expect(await bench.pg.approve(body)).toMatchObject({ ok: true, value: { outcome: again } });
      return wasCut;
    });
    // Two writes and one call, each with a before and an after.
    expect(cuts).toBe(6);
    expect(seen).toEqual(new Set(['unknown', 'declined', 'approved']));
  });

  it('during a reversal: no charge is left anywhere, and both booked it once', async () => {
    const cuts = await cutEverywhere(async (step) => {
      const couponId = await bench.register();
      await bench.pg.approve(approvalBody(couponId));
      const wasCut = await cutAt(step, () => bench.pg.reverse({ paymentId, businessDate: today }));
      expect(await bench.pg.reverse({ paymentId, businessDate: today })).toMatchObject({ ok: true });
      expect(await finalOutcome()).toBe('reversed');
      expect([await chargedAtPg(), await chargedAtCard()]).toEqual([0, 0]);
      return wasCut;
    });
    expect(cuts).toBe(6);
  });

  it('while it undoes a payment of unknown outcome: declined in the end, no charge left', async () => {
    // The card company charges, but the PG hears nothing of it, and asks in vain.
    const faults: CardFaults = {
      beforeReply: async (call) => (call === 'authorise' ? Promise.reject(new Error('reply lost')) : undefined),
      beforeWork: async (call) => (call === 'inquire' ? Promise.reject(new Error('out of order')) : undefined),
    };
    const cuts = await cutEverywhere(async (step) => {
      const body = approvalBody(await bench.register());
      const wasCut = await cutAt(step, () => bench.pg.approve(body));
      const outcome = await finalOutcome();
      expect(['unknown', 'declined']).toContain(outcome);
      expect([await chargedAtPg(), await chargedAtCard()]).toEqual([0, 0]);
      if (outcome === 'declined')
        expect(await bench.pg.approve(body)).toMatchObject({ value: { outcome: 'declined' } });
      return wasCut;
    }, faults);
    // Three writes, and three calls of which two fail: a call that fails has no step after it.
    expect(cuts).toBe(10);
  });

  it('after a charge whose answer was lost: the inquiry finds it, and it stands', async () => {
    const faults: CardFaults = {
      beforeReply: async (call) => (call === 'authorise' ? Promise.reject(new Error('reply lost')) : undefined),
    };
    const seen = new Set<string>();
    await cutEverywhere(async (step) => {
      const body = approvalBody(await bench.register());
      const wasCut = await cutAt(step, () => bench.pg.approve(body));
      const outcome = await finalOutcome();
      seen.add(outcome);
      expect(await chargedAtPg()).toBe(outcome === 'approved' ? 12_300 : 0);
      expect(await chargedAtCard()).toBe(outcome === 'approved' ? 12_300 : 0);
      return wasCut;
    }, faults);
    expect(seen).toEqual(new Set(['unknown', 'declined', 'approved']));
  });

  it('during a cancel: given back once, at both', async () => {
    const cuts = await cutEverywhere(async (step) => {
      const couponId = await bench.register();
      await bench.pg.approve(approvalBody(couponId));
      const wasCut = await cutAt(step, () => bench.pg.cancel(cancelBody));
      expect(await bench.pg.cancel(cancelBody)).toMatchObject({ ok: true, value: { outcome: 'cancelled' } });
      expect([await chargedAtPg(), await chargedAtCard()]).toEqual([0, 0]);
      expect(await finalOutcome()).toBe('approved');
      return wasCut;
    });
    expect(cuts).toBe(6);
  });

  it('during a registration: unknown, or sent by itself', async () => {
    const cuts = await cutEverywhere(async (step) => {
      const wasCut = await cutAt(step, () => postRegistration(bench));
      if ((await getRegistration(bench)).status !== 404) {
        await until(async () => expect((await getRegistration(bench)).body.state).toBe('sent'));
      }
      expect(await postRegistration(bench)).toMatchObject({ status: 200, body: { state: 'sent' } });
      const coupons = new Set(bench.operator.preRegister.mock.calls.map(([body]) => body.couponId));
      expect(coupons.size).toBe(1);
      return wasCut;
    });
    expect(cuts).toBe(6);
  });

  it('during a deletion of card data: nothing of it is left once the PG runs again', async () => {
    const cuts = await cutEverywhere(async (step) => {
      const couponId: CouponId = await bench.register();
      const cardBox = bench.operator.preRegister.mock.calls[0]?.[0].cardBox ?? '';
      const wasCut = await cutAt(step, () => bench.pg.deleteCard(couponId));
      if ((await bench.store.findCardDeletion(couponId)) !== undefined) expect(filesWith(bench, cardBox)).toEqual([]);
      expect(await bench.pg.deleteCard(couponId)).toMatchObject({ ok: true });
      expect(filesWith(bench, cardBox)).toEqual([]);
      return wasCut;
    });
    expect(cuts).toBe(4);
  });
});
