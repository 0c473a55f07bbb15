import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { openBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { agreement, cardOrder, tomorrow } from '../../core/approve/testing/pg-fixtures.ts';
import { approvalBody, createPgBench, resolvePgKey } from './testing/pg-bench.ts';

const declined = (code: string) => ({ ok: true, value: { outcome: 'declined', code } });

describe('the agreement a payment is held against', () => {
  it('is the one of its business date, pinned for good and signed', async () => {
    const next = { ...agreement, version: 5, validFrom: tomorrow, pgFee: { bps: 10, minWon: won(100), capWon: null } };
    const bench = await createPgBench({ config: { agreements: [agreement, next] } });
    onTestFinished(() => bench.close());
    const couponId = await bench.register();
    const pay = (id: string, differing: object) =>
      bench.pg.approve({ ...approvalBody(couponId), paymentId: id as PaymentId, ...differing });
    const { split } = cardOrder;
    const lower = {
      ...split,
      pgFeeWon: won(100),
      merchantShareWon: won(split.merchantShareWon + split.pgFeeWon - 100),
    };
    const idOf = (last: string) => `019ab0c0-0000-7000-8000-0000000000${last}`;
    expect(await pay(idOf('01'), {})).toMatchObject({ value: { outcome: 'approved' } });
    expect(await pay(idOf('02'), { split: lower })).toEqual(declined('fee_mismatch'));
    expect(await pay(idOf('03'), { businessDate: tomorrow })).toEqual(declined('fee_mismatch'));
    expect(await pay(idOf('04'), { businessDate: tomorrow, split: lower })).toMatchObject({
      value: { outcome: 'approved' },
    });
    const pinned = await Promise.all(
      ['01', '02', '03', '04'].map((last) => bench.store.findPayment(idOf(last) as PaymentId)),
    );
    expect(pinned.map((each) => each?.order?.contractVersion)).toEqual([4, 4, 5, 5]);
    const opened = await openBookingEvidence(pinned[3]?.approval?.evidenceJws ?? '', resolvePgKey);
    expect(opened).toMatchObject({ value: { sale: { contractVersion: 5, offerId: 'o-seafood-set' } } });
  });
});
