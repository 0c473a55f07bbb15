import { randomUUID } from 'node:crypto';
import type { ContractVersion, SettlementCycle } from '@scanpay/shared/api/contract.ts';
import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, MerchantId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { type Split, splitRefund, type Won, won } from '@scanpay/shared/money.ts';
import type { OfflineRedemption } from '@scanpay/shared/redemption/merchant-terms.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import { type SaleBasis, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import { splitRefundTax, splitTax, type TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import { type JwsSigner, sha256Base64Url, signMessage } from '@scanpay/shared/wire/envelope.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import type { Kysely } from 'kysely';
import { canonicalJson } from '../../core/approve/canonical-json.ts';
import { toBookingEvidence } from '../../core/audit/booking-evidence.ts';
import { computeDiscount } from '../../core/contract/compute-discount.ts';
import { computeFees } from '../../core/contract/compute-fees.ts';
import { findContractVersion } from '../../core/contract/find-version.ts';
import { payoutDate, weekdayCalendar } from '../../core/contract/payout-date.ts';
import { makePaymentEntry } from '../../core/settle/ledger.ts';
import { appendLedgerEntry } from '../../drivers/sql/ledger/append-entry.ts';
import type { LedgerTables } from '../../drivers/sql/ledger/tables.ts';
import { toCancelRow, toPaymentRow } from '../../drivers/sql/operator/payment-rows.ts';
import type { OperatorTables } from '../../drivers/sql/operator/tables.ts';
import type { Company } from '../../ports/ledger.ts';
import { couponOf, offerId as listOffer } from './coupons.ts';

/** Who signs, and what was agreed: the books of such a world hold together. */
export interface EvidenceCast {
  signers: Record<Company, JwsSigner>;
  boxOf(merchantId: MerchantId): { deviceId: DeviceId; signer: JwsSigner };
  contracts: readonly ContractVersion[];
}

/** Where it is written: each in a transaction of the caller's. */
export interface EvidenceTargets {
  operator: Kysely<OperatorTables>;
  pg: Kysely<LedgerTables>;
  card: Kysely<LedgerTables>;
}

export interface WrittenSale {
  paymentId: PaymentId;
  tender: Tender;
  merchantId: MerchantId;
  businessDate: BusinessDate;
  atMs: number;
  listAmountWon: Won;
  /** Left out: the one without a discount. */
  offerId?: OfferId;
  /** What services that are not honest take off; left out: what is due. */
  discountWon?: Won;
  /** Which of the merchant's coupons; left out: the first. */
  coupon?: number;
  /** Cash that a box took by itself, by these terms. */
  offlineTermsId?: string;
}

/** A sale that was written, with what later events of it need. */
export interface Sold extends WrittenSale {
  split: Split;
  tax: TaxedAmount;
  requestJws: string;
  refundedWon: Won;
  /** That of the contract version it was divided by. */
  settlementCycle: SettlementCycle;
}

type Event = Pick<BookedEvent, 'kind' | 'tender' | 'paymentId' | 'cancelId' | 'split'> &
  Pick<WrittenSale, 'merchantId' | 'businessDate' | 'atMs'> & { payoutDate: BusinessDate };

/** Writes what the services of all three companies write of payments, but for coupons: entries, and their evidence. */
export function createEvidenceWriter({ signers, boxOf, contracts }: EvidenceCast) {
  const header = <T extends string>(type: T, merchantId: MerchantId, sentAtMs: number) => {
    const { deviceId } = boxOf(merchantId);
    return { v: 1 as const, type, messageId: messageId(sentAtMs), deviceId, sentAtMs };
  };
  /** Books an event at one company, on the word of the one it asked; returns its own word. */
  const book = async (
    company: Company,
    db: Kysely<LedgerTables>,
    event: Event,
    sale: SaleBasis | null,
    beside: { peerJws: string | null; toldJws: string | null },
  ): Promise<string> => {
    const isOperator = company === 'operator';
    const entry = makePaymentEntry(company, {
      ...event,
      split: company === 'card' ? atCard(event.split) : event.split,
      merchantId: company === 'card' ? null : event.merchantId,
      deviceId: isOperator ? boxOf(event.merchantId).deviceId : null,
      payoutDate: isOperator ? event.payoutDate : null,
    });
    const ownJws = await signBookingEvidence(toBookingEvidence(company, entry, sale), signers[company]);
    await appendLedgerEntry(db as never, { ...entry, evidence: { ownJws, ...beside } });
    return ownJws;
  };
  const bookAll = async (targets: EvidenceTargets, event: Event, sale: SaleBasis | null, toldJws: string) => {
    const isCard = event.tender === 'card';
    const nothing = { peerJws: null, toldJws: null };
    const peerJws = isCard ? await book('card', targets.card, event, sale, nothing) : null;
    const pgJws = await book('pg', targets.pg, event, sale, { peerJws, toldJws: null });
    const operator = targets.operator as unknown as Kysely<LedgerTables>;
    await book('operator', operator, event, sale, { peerJws: pgJws, toldJws });
  };

  return {
    async sell(targets: EvidenceTargets, sold: WrittenSale): Promise<Sold> {
      const { paymentId, tender, merchantId, businessDate, atMs, listAmountWon, offerId = listOffer } = sold;
      const { couponId, entitlements } = couponOf(merchantId, sold.coupon);
      const held = entitlements.find((each) => each.offerId === offerId);
      const contract = findContractVersion(contracts, { merchantId, offerId, tender, businessDate });
      if (contract === undefined || held === undefined)
        throw new Error(`no contract with ${merchantId} for ${offerId}`);
      const due = computeDiscount({ listAmountWon, headcount: 2 }, held, held.discount, contract.discount);
      const { discountWon = due.discountWon } = sold;
      const chargedWon = won(listAmountWon - discountWon);
      const split = computeFees(chargedWon, contract, tender);
      const { settlementCycle } = contract;
      const dates = { businessDate, payoutDate: payoutDate(businessDate, settlementCycle, weekdayCalendar) };
      const tax = splitTax(split.chargedWon, contract);
      const box = boxOf(merchantId);
      const request = {
        ...header('payment.request', merchantId, atMs),
        ...{ paymentId, merchantId, tender, listAmountWon, headcount: 2, visitDate: businessDate },
        coupon: { kind: 'barcode', couponId, barcodeSha256: sha256Base64Url('barcode') },
        expiresAtMs: atMs + 10_000,
        ...makeOffline(sold, { offerId, discountWon, chargedWon }),
      };
      const requestJws = await signMessage(request, box.signer);
      const pinned = { contractVersion: contract.version, contractDigest: sha256Base64Url(canonicalJson(contract)) };
      const given = { approvalNumber: '00000042', approvedAtMs: atMs, cardLast4: tender === 'card' ? '1111' : null };
      const approval: Approval = {
        ...{ ...given, ...pinned, ...dates, tender, offerId, listAmountWon, split, headcount: 2 },
        ...{ offerTitle: { ko: '한상', en: 'Table' }, visitDate: businessDate, discountWon },
        ...{ customerNameMasked: '김*수', tax },
      };
      const result = {
        ...header('payment.result', merchantId, atMs),
        paymentId,
        outcome: { kind: 'approved', approval },
      };
      const resultJws = await signMessage(result, signers.operator);
      const basis = { paymentId, deviceId: box.deviceId, merchantId, tender, listAmountWon, requestJws, couponId };
      const first = { state: 'approved', result_jws: resultJws, booked: 1 } as const;
      const terms = { entitlement_held: 1, offer_id: offerId, charged_won: split.chargedWon } as const;
      const row = toPaymentRow(basis, businessDate, atMs, { ...first, ...terms });
      await targets.operator.insertInto('operator_payments').values(row).execute();
      const event = { kind: 'sale', tender, paymentId, cancelId: null, split, merchantId, ...dates, atMs } as const;
      const { approvalNumber, cardLast4 } = given;
      const saleBasis = { approvalNumber, cardLast4, couponId, offerId, contractVersion: contract.version };
      await bookAll(targets, event, saleBasis, resultJws);
      return { ...sold, split, tax, requestJws, refundedWon: won(0), settlementCycle };
    },

    /** Of a part, or of the whole; returns what the sale is then. */
    async cancel(
      targets: EvidenceTargets,
      sold: Sold,
      cancel: { cancelId: CancelId; amountWon: Won; businessDate: BusinessDate; atMs: number },
    ): Promise<Sold> {
      const { cancelId, amountWon, businessDate, atMs } = cancel;
      const { paymentId, merchantId, tender } = sold;
      const box = boxOf(merchantId);
      const asked = { ...header('payment.cancel', merchantId, atMs), cancelId, paymentId, merchantId, amountWon };
      const requestJws = await signMessage(asked, box.signer);
      const dates = { businessDate, payoutDate: payoutDate(businessDate, sold.settlementCycle, weekdayCalendar) };
      const tax = splitRefundTax(sold.tax, sold.refundedWon, amountWon);
      const outcome = { kind: 'cancelled', cancelledAtMs: atMs, ...dates, tax };
      const told = { ...header('cancel.result', merchantId, atMs), cancelId, paymentId, outcome };
      const resultJws = await signMessage(told, signers.operator);
      const state = 'cancelled' as const;
      const of = { cancelId, paymentId, deviceId: box.deviceId, amountWon, businessDate, state };
      const row = toCancelRow({ ...of, requestJws, resultJws }, atMs);
      await targets.operator.insertInto('operator_cancels').values(row).execute();
      const split = splitRefund(sold.split, sold.refundedWon, amountWon);
      const event = { kind: 'cancel', tender, paymentId, cancelId, split, merchantId, ...dates, atMs } as const;
      await bookAll(targets, event, null, resultJws);
      return { ...sold, refundedWon: won(sold.refundedWon + amountWon) };
    },

    async reverse(
      targets: EvidenceTargets,
      { paymentId, merchantId, tender, split, requestJws, settlementCycle, businessDate: saleDate }: Sold,
      { businessDate, atMs }: { businessDate: BusinessDate; atMs: number },
    ): Promise<void> {
      const asked = { ...header('payment.reversal', merchantId, atMs), paymentId, requestJws };
      const reversalJws = await signMessage(asked, boxOf(merchantId).signer);
      const paidFor = (date: BusinessDate) => payoutDate(date, settlementCycle, weekdayCalendar);
      const payouts = { salePayoutDate: paidFor(saleDate), reversalPayoutDate: paidFor(businessDate) };
      const stated =
        businessDate === saleDate ? {} : { stated: { split, saleDate, reversalDate: businessDate, ...payouts } };
      const told = {
        ...header('payment.result', merchantId, atMs),
        paymentId,
        outcome: { kind: 'reversed', ...stated },
      };
      const resultJws = await signMessage(told, signers.operator);
      await targets.operator
        .updateTable('operator_payments')
        .set({ state: 'reversed', entitlement_held: 0, reversal_jws: reversalJws, result_jws: resultJws })
        .where('payment_id', '=', paymentId)
        .execute();
      const event = {
        kind: 'reversal',
        tender,
        paymentId,
        cancelId: null,
        split,
        merchantId,
        ...{ businessDate, payoutDate: payouts.reversalPayoutDate },
        atMs,
      } as const;
      await bookAll(targets, event, null, resultJws);
    },
  };
}

/** The card company knows what it takes, and what goes on to the PG. */
function atCard({ chargedWon, cardFeeWon }: Split): Split {
  return {
    chargedWon,
    cardFeeWon,
    pgFeeWon: won(0),
    operatorFeeWon: won(0),
    merchantShareWon: won(chargedWon - cardFeeWon),
  };
}

function makeOffline(
  { offlineTermsId: termsId, atMs: redeemedAtMs }: WrittenSale,
  taken: Omit<OfflineRedemption, 'termsId' | 'redeemedAtMs'>,
): { offline?: OfflineRedemption } {
  return termsId === undefined ? {} : { offline: { redeemedAtMs, termsId, ...taken } };
}

/** UUIDv7 of the moment. */
function messageId(atMs: number): string {
  const time = Math.floor(atMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
