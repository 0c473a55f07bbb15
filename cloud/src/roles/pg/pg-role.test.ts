import { until } from '@scanpay/shared/testing/until.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { paymentId, today } from '../../core/approve/testing/pg-fixtures.ts';
import {
  approvalBody,
  createPgBench,
  type PgBench,
  postRegistration,
  settle,
  unavailable,
} from './testing/pg-bench.ts';

let bench: PgBench;

beforeEach(async () => {
  bench = await createPgBench();
});
afterEach(() => bench.close());

describe('createPgRole', () => {
  it('leaves no timer behind when it stops, whatever is under way', async () => {
    const body = approvalBody(await bench.register());
    await bench.pg.approve(body);
    bench.card.reverse.mockImplementation(unavailable);
    bench.operator.preRegister.mockImplementation(unavailable);
    const reversing = bench.pg
      .reverse({ paymentId, businessDate: today })
      .catch((error: { code: string }) => error.code);
    const registering = postRegistration(bench, { registrationId: '019ab0c0-0000-7000-8000-000000000009' as never });
    await until(() => expect(bench.card.reverse).toHaveBeenCalled());
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalledTimes(2));
    await settle();
    await bench.role.stop();
    await Promise.all([reversing, registering]);
    expect(bench.scheduler.pendingCount()).toBe(0);
  });

  it('does not hurry what pauses each time it looks', async () => {
    await bench.close();
    bench = await createPgBench({ config: { sweepMs: 1_000 } });
    const body = approvalBody(await bench.register());
    await bench.pg.approve(body);
    bench.card.reverse.mockImplementation(unavailable);
    const reversing = bench.pg
      .reverse({ paymentId, businessDate: today })
      .catch((error: { code: string }) => error.code);
    await until(() => expect(bench.card.reverse).toHaveBeenCalledTimes(1));
    for (let second = 0; second < 20; second += 1) {
      await settle();
      bench.scheduler.advance(1_000);
    }
    await settle();
    expect(await reversing).toBe('upstream_unavailable');
    // At 0, 0.5, 1.5, 3.5, 7.5 and 15.5 seconds.
    expect(bench.card.reverse).toHaveBeenCalledTimes(6);
  });

  it('goes on with the other parts of its round when one fails', async () => {
    await bench.close();
    bench = await createPgBench({
      wrapStore: (store) => ({ ...store, listUnresolvedPayments: () => Promise.reject(new Error('disk')) }),
    });
    const couponId = await bench.register();
    bench.scheduler.setWallClock(bench.scheduler.nowMs() + 60 * 60 * 1000);
    bench.scheduler.advance(10_000);
    await until(async () => expect(await bench.store.findHeldCardBox(couponId)).toBeUndefined());
    expect(bench.log.error).toHaveBeenCalledWith(expect.objectContaining({ part: 'resumePayments' }), 'sweep failed');
  });
});
