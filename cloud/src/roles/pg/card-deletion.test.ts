import type { CouponId } from '@scanpay/shared/ids.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nowMs } from '../../core/approve/testing/pg-fixtures.ts';
import { cardDeletionTyp } from './card-deletion.ts';
import {
  createPgBench,
  filesWith,
  getRegistration,
  type PgBench,
  postRegistration,
  registrationBody,
  resolvePgKey,
  settle,
  unavailable,
} from './testing/pg-bench.ts';

const { registrationId } = registrationBody;

let bench: PgBench;

beforeEach(async () => {
  bench = await createPgBench();
});
afterEach(() => bench.close());

const handedOver = () => bench.operator.preRegister.mock.calls.map(([body]) => body);

describe('POST /v1/card-deletions (S05)', () => {
  it('deletes the card box from every file and returns a signed record', async () => {
    const couponId = await bench.register();
    const cardBox = handedOver()[0]?.cardBox ?? '';
    expect(filesWith(bench, cardBox)).not.toEqual([]);
    const deleted = await bench.pg.deleteCard(couponId);
    expect(filesWith(bench, cardBox)).toEqual([]);
    const recordJws = deleted.ok ? deleted.value : '';
    expect(await verifyJws(recordJws, resolvePgKey, cardDeletionTyp)).toEqual({
      ok: true,
      value: {
        kid: 'pg-1',
        payload: { v: 1, couponId, company: 'pg', deleted: 'card-box', deletedAtMs: nowMs, requestedBy: 'operator' },
      },
    });
  });

  it('returns the same record when asked again, also after a restart', async () => {
    const couponId = await bench.register();
    const first = await bench.pg.deleteCard(couponId);
    bench.scheduler.advance(60_000);
    expect(await bench.pg.deleteCard(couponId)).toEqual(first);
    await bench.restart();
    expect(await bench.pg.deleteCard(couponId)).toEqual(first);
  });

  it('deletes many at once', async () => {
    const couponIds = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const id = `019ab0c0-0000-7000-8000-${String(100 + index).padStart(12, '0')}`;
        return (await postRegistration(bench, { registrationId: id as never })).body.couponId;
      }),
    );
    const deleted = await Promise.all(couponIds.map((couponId) => bench.pg.deleteCard(couponId)));
    expect(deleted.every((each) => each.ok)).toBe(true);
    for (const { cardBox } of handedOver()) expect(filesWith(bench, cardBox)).toEqual([]);
  });

  it('refuses a coupon it never made', async () => {
    const refused = await bench.pg.deleteCard('ffffffffffffffff' as CouponId);
    expect(refused).toMatchObject({ ok: false, code: 'coupon_unknown' });
  });

  it('knows by S05 that the operator has the registration, whatever became of its answer', async () => {
    bench.operator.preRegister.mockImplementation(async ({ couponId }) => {
      await bench.pg.deleteCard(couponId);
      return unavailable();
    });
    const pending = postRegistration(bench);
    await until(async () => expect((await getRegistration(bench)).body.state).toBe('handed-over'));
    await settle();
    bench.scheduler.advance(500);
    expect(await pending).toMatchObject({ status: 200, body: { state: 'handed-over' } });
    expect(bench.operator.preRegister).toHaveBeenCalledTimes(1);
  });

  it('finishes after a restart what was deleted, but not yet driven out of the files', async () => {
    const couponId = await bench.register();
    const cardBox = handedOver()[0]?.cardBox ?? '';
    await bench.store.deleteCardBox({ couponId, recordJws: 'a.b.c', deletedAtMs: nowMs }, 'handed-over');
    expect(filesWith(bench, cardBox)).not.toEqual([]);
    await bench.restart();
    expect(filesWith(bench, cardBox)).toEqual([]);
  });

  it('does not answer before the files are clear', async () => {
    await bench.close();
    let isBusy = true;
    bench = await createPgBench({
      wrapStore: (store) => ({
        ...store,
        eraseDeletedCardBoxes: async () =>
          isBusy && (await store.findRegistration(registrationId)) ? false : store.eraseDeletedCardBoxes(),
      }),
    });
    const couponId = await bench.register();
    const failing = bench.pg.deleteCard(couponId);
    await settle();
    bench.scheduler.advance(5_000);
    await expect(failing).rejects.toMatchObject({ code: 'upstream_unavailable' });
    isBusy = false;
    expect(await bench.pg.deleteCard(couponId)).toMatchObject({ ok: true });
  });
});

describe('the time limit of card data', () => {
  const hourMs = 60 * 60 * 1000;

  it('deletes what nobody fetched, with a record, and lets the registration lapse', async () => {
    bench.operator.preRegister.mockImplementation(unavailable);
    const pending = postRegistration(bench);
    await until(() => expect(bench.operator.preRegister).toHaveBeenCalled());
    bench.scheduler.advance(5_000);
    const { couponId } = (await pending).body;
    await bench.restart({ isStarted: false });
    bench.scheduler.advance(hourMs);
    await bench.role.start();
    expect(await bench.store.findHeldCardBox(couponId)).toBeUndefined();
    const record = await bench.store.findCardDeletion(couponId);
    const opened = await verifyJws(record?.recordJws ?? '', resolvePgKey, cardDeletionTyp);
    expect(opened).toMatchObject({ value: { payload: { couponId, requestedBy: 'time-limit' } } });
    expect(await getRegistration(bench)).toMatchObject({ status: 410, body: { code: 'registration_lapsed' } });
    expect(await postRegistration(bench)).toMatchObject({ status: 410, body: { code: 'registration_lapsed' } });
  });

  it('is looked after while it runs', async () => {
    const couponId = await bench.register();
    bench.scheduler.setWallClock(nowMs + hourMs);
    bench.scheduler.advance(10_000);
    await until(async () => expect(await bench.store.findHeldCardBox(couponId)).toBeUndefined());
    expect((await getRegistration(bench)).body.state).toBe('sent');
  });
});
