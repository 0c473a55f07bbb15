import type { SettlementCycle } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { payoutDate, weekdayCalendar } from '../../../core/contract/payout-date.ts';
import type { Payment, PaymentTerms } from '../../../ports/operator-payment-store.ts';
import type { OperatorContext } from '../operator-context.ts';

type Context = Pick<OperatorContext, 'store' | 'calendar' | 'log'>;
type Pinned = Pick<Payment, 'paymentId' | 'merchantId'> & { terms: PaymentTerms };

/** From when on what is booked of a payment on a date is paid: by the cycle of the contract version pinned on it. */
export async function pinPayoutDate(ctx: Context, payment: Pinned, businessDate: BusinessDate): Promise<BusinessDate> {
  const { paymentId, merchantId, terms } = payment;
  const entry = await ctx.store.findContract(merchantId, terms.contractVersion);
  if (entry === undefined) throw new ScanPayError('internal', `${paymentId}: no version ${terms.contractVersion}`);
  const { settlementCycle } = entry.contract;
  try {
    return payoutDate(businessDate, settlementCycle, ctx.calendar);
  } catch (err) {
    return withoutCalendar(ctx, { paymentId, businessDate, settlementCycle }, err);
  }
}

/**
 * The same for a cancel or reversal. One of the sale's own business date goes by the sale's payout date, whatever the
 * calendar says by now, so that both stand in the same statement.
 */
export async function pinUndoingDate(
  ctx: Context,
  payment: Pinned & Pick<Payment, 'businessDate'>,
  businessDate: BusinessDate,
): Promise<BusinessDate | null> {
  if (businessDate === payment.businessDate) return ctx.store.findSalePayoutDate(payment.paymentId);
  return pinPayoutDate(ctx, payment, businessDate);
}

/** Money has moved by now and must be booked: holidays that nobody has entered yet are taken for banking days. */
function withoutCalendar(
  ctx: Context,
  { settlementCycle, ...subject }: { businessDate: BusinessDate; settlementCycle: SettlementCycle; paymentId: string },
  err: unknown,
): BusinessDate {
  if (!(err instanceof ScanPayError && err.code === 'configuration')) throw err;
  const paidOn = payoutDate(subject.businessDate, settlementCycle, weekdayCalendar);
  ctx.log.error({ err, ...subject, paidOn }, 'the payout date is worked out without holidays');
  return paidOn;
}
