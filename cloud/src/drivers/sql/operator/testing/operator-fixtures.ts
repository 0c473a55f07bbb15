/** What the tests of the operator's store share: one coupon of one traveller, and one payment with it. */
import type { PreRegistrationBody } from '@scanpay/shared/api/operator.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, CouponId, DeviceId, MerchantId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { makePaymentEntry } from '../../../../core/settle/ledger.ts';
import type { Cancel, PaymentBasis, PaymentTerms } from '../../../../ports/operator-payment-store.ts';
import { ledgerMigrations } from '../../ledger/migrations.ts';
import type { TestDatabase } from '../../testing/test-databases.ts';
import { operatorMigrations } from '../migrations.ts';
import { createOperatorStore } from '../operator-store.ts';
import type { OperatorTables } from '../tables.ts';

export const day = '2026-11-23' as BusinessDate;
export const next = '2026-11-24' as BusinessDate;
export const couponId = '0123456789abcdef' as CouponId;
export const otherCouponId = 'fedcba9876543210' as CouponId;
export const merchantId = 'm-1' as MerchantId;
const offerId = 'o-1' as OfferId;

export const bodyOf = (id: CouponId, cardBox = 'box', uses = 1): PreRegistrationBody => ({
  couponId: id,
  registrationId: '019ab0c0-0000-7000-8000-000000000001' as never,
  name: '남궁민수',
  mobile: '01012345678',
  validFromMs: 1,
  validUntilMs: 2,
  entitlements: [
    {
      offerId,
      title: { ko: '가', en: 'a' },
      merchantId,
      discount: { kind: 'percent', bps: 0 },
      uses,
      visitFrom: day,
      visitTo: day,
      headcount: 1,
    },
  ],
  cardBox,
  soldJws: 'a.b.c',
});

export const basis: PaymentBasis = {
  paymentId: 'p-1' as PaymentId,
  deviceId: 'box-1' as DeviceId,
  merchantId,
  tender: 'card',
  listAmountWon: won(1_000),
  requestJws: 'a.b.c',
  couponId,
};
export const numberedBasis = (n: number): PaymentBasis => ({ ...basis, paymentId: `p-${n}` as PaymentId });

export const split = {
  chargedWon: won(1_000),
  cardFeeWon: won(20),
  pgFeeWon: won(10),
  operatorFeeWon: won(50),
  merchantShareWon: won(920),
};
export const terms: PaymentTerms = {
  offerId,
  scheduleVersion: 0,
  offerTitle: { ko: '가', en: 'a' },
  headcount: 1,
  visitDate: day,
  discountWon: won(0),
  split,
  tax: { taxation: 'taxable', vatType: 'general', supplyWon: won(910), vatWon: won(90), taxFreeWon: won(0) },
  contractVersion: 1,
  contractDigest: 'd',
  customerNameMasked: '남**수',
};
export const entryOf = (kind: 'sale' | 'reversal' | 'cancel', businessDate = day, { paymentId } = basis) =>
  makePaymentEntry('operator', {
    kind,
    paymentId,
    cancelId: kind === 'cancel' ? ('c-1' as CancelId) : null,
    merchantId,
    deviceId: basis.deviceId,
    tender: 'card',
    split,
    atMs: 1,
    businessDate,
    payoutDate: null,
  });
export const approval = { approvalNumber: '00000001', approvedAtMs: 5, cardLast4: '1111' };
export const cancelOf = (id: string): Cancel => ({
  cancelId: id as CancelId,
  paymentId: basis.paymentId,
  deviceId: basis.deviceId,
  amountWon: split.chargedWon,
  businessDate: null,
  requestJws: 'c',
  state: 'cancelling',
  resultJws: null,
});

/** An operator's store on a new database, beside the same as another process has it open. */
export async function openOperatorBook(database: TestDatabase) {
  const book = await database.create<OperatorTables>({ ...ledgerMigrations, ...operatorMigrations });
  const db = await book.open();
  return {
    db,
    store: createOperatorStore(db),
    rival: createOperatorStore(await book.openRival()),
    reopen: async () => createOperatorStore(await book.open()),
    remove: () => book.remove(),
  };
}
