import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { MerchantTerms } from '@scanpay/shared/redemption/merchant-terms.ts';
import { type BookingEvidence, signBookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { signSoldCoupon } from '@scanpay/shared/settlement/sold-coupon.ts';
import { sha256Base64Url, signMessage } from '@scanpay/shared/wire/envelope.ts';
import type { Approval } from '@scanpay/shared/wire/messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalJson } from '../core/approve/canonical-json.ts';
import { computeFees } from '../core/contract/compute-fees.ts';
import { createOperatorStore } from '../drivers/sql/operator/operator-store.ts';
import { alterPayload, rehashBook, tamperWith } from '../drivers/sql/testing/tamper-book.ts';
import { couponIdOf, couponOf, offerId, tourOfferId } from './testing/coupons.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from './testing/evidence-world.ts';
import type { WrittenSale } from './testing/evidence-writer.ts';
import { listFindings, runAudit } from './testing/run-audit.ts';

const [shop, otherShop] = shops as [(typeof shops)[number], (typeof shops)[number]];
const paymentId = (n: number) => `019ab0c0-0000-7000-8000-${String(n).padStart(12, '0')}` as PaymentId;
const atMs = Date.parse('2026-11-23T12:00:00+09:00');

let world: EvidenceWorld;
beforeEach(async () => {
  world = await createEvidenceWorld();
});
afterEach(() => world.dispose());

const sell = (n: number, differing: Partial<WrittenSale> = {}) =>
  world.write((targets) =>
    world.writer.sell(targets, {
      ...{ paymentId: paymentId(n), tender: 'card', merchantId: shop, businessDate: day, atMs },
      ...{ listAmountWon: won(10_000), offerId: tourOfferId },
      ...differing,
    }),
  );
const findings = () => listFindings(world.folder);
const tamper = (...statements: string[]) => tamperWith(world.dbs.operator, ...statements);

/** What the terminal was told of the first payment, changed and signed anew by somebody with the operator's key. */
async function retell(alter: (approval: Approval) => Approval): Promise<void> {
  const row = await world.dbs.operator.selectFrom('entry_evidence').select('told_jws').executeTakeFirstOrThrow();
  const told = alterPayload(row.told_jws ?? '', {}) as { outcome: { approval: Approval } };
  const outcome = { kind: 'approved', approval: alter(told.outcome.approval) };
  const jws = await signMessage({ ...told, outcome }, world.signers.operator);
  await tamper(`update entry_evidence set told_jws = '${jws}' where entry_seq = 1`);
}

describe('the discount', () => {
  it('follows from coupon, request and contract', async () => {
    await sell(1);
    await sell(2, { offerId });
    await sell(3, { tender: 'cash' });
    expect(await findings()).toEqual([]);
  });

  it.each<[string, number]>([
    ['none', 0],
    ['a won less', 999],
    ['a won more', 1_001],
  ])('is missed where all three companies took off %s, and signed that', async (_what, off) => {
    await sell(1, { discountWon: won(off) });
    expect(await findings()).toEqual(['operator discount-not-agreed 1 of 1']);
    const { text } = await runAudit('--data', world.folder);
    expect(text).toContain('is not charged as list price, coupon and contract make it');
    expect(text).toContain('결제 금액이 정가와 쿠폰·계약의 할인으로 계산한 금액과 다릅니다');
    expect(text).toContain(`10000 less 1000: 9000 charged\n`);
    expect(text).toContain(`10000 less ${off}: ${10_000 - off} charged\n`);
  });

  it('is missed where one at the operator lowers it later, and signs and chains all of it anew', async () => {
    const { split: sold } = await sell(1);
    const [contract] = world.contracts;
    if (contract === undefined) throw new Error('no contract');
    const split = computeFees(won(9_500), contract, 'card');
    await retell((approval) => ({ ...approval, discountWon: won(500), split }));
    const row = await world.dbs.operator.selectFrom('entry_evidence').select('own_jws').executeTakeFirstOrThrow();
    const word = alterPayload(row.own_jws, { split }) as BookingEvidence;
    const move = (account: string, amount: number) =>
      `update ledger_postings set amount_won = amount_won + ${amount} where account = '${account}'`;
    const [operatorWon, shareWon] = [
      split.operatorFeeWon - sold.operatorFeeWon,
      split.merchantShareWon - sold.merchantShareWon,
    ];
    await tamper(
      `update entry_evidence set own_jws = '${await signBookingEvidence(word, world.signers.operator)}'`,
      `update ledger_entries set charged_won = ${split.chargedWon}, card_fee_won = ${split.cardFeeWon},
         pg_fee_won = ${split.pgFeeWon}, operator_fee_won = ${split.operatorFeeWon},
         merchant_share_won = ${split.merchantShareWon}`,
      move('pg-receivable', operatorWon + shareWon),
      move('fee-income', -operatorWon),
      move('merchant-payable', -shareWon),
    );
    await rehashBook(world.dbs.operator);
    expect(await findings()).toEqual(['operator discount-not-agreed 1 of 1', 'operator peer-word-differs 1 of 1']);
  });

  it('is not believed of a coupon that the PG has not signed so', async () => {
    await sell(1);
    const keep = (jws: string | null) =>
      tamper(`update operator_coupons set sold_jws = ${jws === null ? 'null' : `'${jws}'`}`);
    await keep(null);
    expect(await findings()).toEqual(['operator coupon-missing 1 of 1']);
    await keep(await signSoldCoupon(couponOf(shop), world.signers.operator));
    expect(await findings()).toEqual(['operator coupon-forged 1 of 1']);
    await keep(await signSoldCoupon(couponOf(otherShop), world.signers.pg));
    expect(await findings()).toEqual(['operator coupon-forged 1 of 1']);
    const elsewhere = { ...couponOf(otherShop), couponId: couponIdOf(shop) };
    await keep(await signSoldCoupon(elsewhere, world.signers.pg));
    expect(await findings()).toEqual(['operator offer-not-sold 1 of 1']);
    await keep(await signSoldCoupon(couponOf(shop), world.signers.pg));
    expect(await findings()).toEqual([]);
  });

  it('is worked out for the people and the day that the terminal signed', async () => {
    await sell(1);
    await retell((approval) => ({ ...approval, headcount: 3 }));
    expect(await findings()).toEqual(['operator visit-differs 1 of 1']);
    await retell((approval) => ({ ...approval, headcount: 2, visitDate: '2026-11-24' as BusinessDate }));
    expect(await findings()).toEqual(['operator visit-differs 1 of 1']);
  });

  it('is worked out by no contract whose digest the operator has not signed', async () => {
    await sell(1);
    await retell(({ contractDigest: _, ...approval }) => approval);
    expect(await findings()).toEqual(['operator contract-unknown 1 of 1']);
  });
});

describe('cash', () => {
  const terms: MerchantTerms = {
    ...{ merchantId: shop, contractVersion: 1, pgFeeBps: 70, operatorFeeBps: 500 },
    offers: [
      { offerId: tourOfferId, title: { ko: '관광', en: 'Tour' }, discount: { kind: 'percent', bps: 1_000 }, uses: 9 },
    ],
    limits: { maxCount: 10, maxTotalWon: won(1_000_000), maxPerCoupon: 9, syncWithinMs: 86_400_000 },
  };
  const offlineTermsId = sha256Base64Url(canonicalJson(terms));
  beforeEach(() => createOperatorStore(world.dbs.operator).keepTerms(offlineTermsId, terms, 0));

  it('that a box took by itself follows from the terms it signed for', async () => {
    await sell(1, { tender: 'cash', offlineTermsId });
    expect(await findings()).toEqual([]);
    await sell(2, { tender: 'cash', offlineTermsId, discountWon: won(900) });
    expect(await findings()).toEqual(['operator discount-not-agreed 2 of 2']);
    await tamper(`update operator_terms set terms_json = replace(terms_json, '"bps":1000', '"bps":900')`);
    expect(await findings()).toEqual(['operator terms-unknown 1 of 1', 'operator terms-unknown 2 of 2']);
    await tamper('delete from operator_terms');
    expect(await findings()).toEqual(['operator terms-unknown 1 of 1', 'operator terms-unknown 2 of 2']);
  });

  it('is not booked on a date before its terminal asked for it', async () => {
    await sell(1, { tender: 'cash', businessDate: '2026-11-22' as BusinessDate });
    expect(await findings()).toEqual(['operator date-differs 1 of 1']);
  });

  it('that operator and PG take out of their books together is missed by what the terminal asked for', async () => {
    await sell(1, { tender: 'cash' });
    for (const company of ['operator', 'pg'] as const) {
      await tamperWith(
        world.dbs[company] as never,
        ...['ledger_postings', 'entry_evidence', 'ledger_entries'].map((table) => `delete from ${table}`),
      );
    }
    expect(await findings()).toEqual(['operator entry-missing null of 1']);
    await tamper(`update operator_payments set result_jws = 'a.b.c'`);
    expect(await findings()).toEqual(['operator answer-forged null of 1']);
    await tamper('pragma ignore_check_constraints = on', 'update operator_payments set result_jws = null');
    expect(await findings()).toEqual(['operator answer-missing null of 1']);
  });
});
