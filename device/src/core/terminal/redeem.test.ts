import { accept } from '@scanpay/shared/errors.ts';
import type { AuthNumber, CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { describe, expect, it } from 'vitest';
import type { CouponUse, OpenPayment } from '../../ports/journal.ts';
import {
  approval,
  brief,
  cardSale,
  cashSale,
  coupon,
  enter,
  issuedTerms,
  limits,
  noonMs,
  otherOffer,
  paymentIdOf,
  startReady,
  step,
} from '../../testing/terminal-samples.ts';
import { nextDueMs } from './due.ts';
import type { Scan, Step, TerminalState } from './state.ts';
import { startTerminal } from './terminal.ts';

const terms = issuedTerms();
const otherCoupon = (serial: number, uses: CouponUse[] = []): Scan => ({
  kind: 'coupon',
  text: `SP1:OTHER${serial}`,
  sha256: 'B'.repeat(43),
  coupon: accept({
    couponId: serial.toString(16).padStart(16, '0') as CouponId,
    notBeforeMs: noonMs - 1,
    expiresAtMs: noonMs + 86_400_000,
  }),
  uses,
});
/** Knows the terms, and has just lost the link. */
const startOffline = (issued = terms): TerminalState => {
  const informed = step(startReady(), { kind: 'terms', issued }).state;
  return step(informed, { kind: 'link', up: false }).state;
};
const scan = (state: TerminalState, scanned: Scan = coupon, serial = 1, nowMs = noonMs): Step =>
  step(state, { kind: 'scanned', scan: scanned, newPaymentId: paymentIdOf(serial) }, nowMs);
const redeem = (state: TerminalState, serial: number): TerminalState =>
  scan(enter(state, cashSale), otherCoupon(serial), serial).state;
const paymentOf = (state: TerminalState, serial = 1) => state.payments.get(paymentIdOf(serial));
const result = (state: TerminalState, paymentId: PaymentId, outcome: 'approved' | 'declined') =>
  step(state, {
    kind: 'payment-result',
    paymentId,
    outcome: outcome === 'approved' ? { kind: 'approved', approval } : { kind: 'declined', code: 'coupon_used' },
  });

describe('while offline', () => {
  it('refuses a card sale at once, keeps it, and takes it up again when the link is back', () => {
    const state = enter(startOffline(), cardSale);
    expect(state.counter).toMatchObject({ kind: 'refused', code: 'offline', sale: cardSale });
    expect(scan(state)).toMatchObject({ refused: 'offline', effects: [] });
    const back = step(state, { kind: 'link', up: true }).state;
    expect(back.counter).toMatchObject({ kind: 'awaiting-scan', sale: cardSale });
  });

  it('refuses a card sale that was waiting for its scan when the link went down', () => {
    const state = step(enter(startReady(), cardSale), { kind: 'link', up: false }).state;
    expect(state.counter).toMatchObject({ kind: 'refused', code: 'offline', sale: cardSale });
  });

  it('redeems a coupon for cash: journalled in one commit, nothing sent, the discount by the terms', () => {
    const done = scan(enter(startOffline(), cashSale));
    expect(brief(done.effects)).toEqual(['record redeem']);
    const redemption = { discountWon: 5_000, chargedWon: 45_000, offerId: 'o-lunch', redeemedAtMs: noonMs };
    expect(done.state.counter).toMatchObject({ kind: 'redeemed', redemption });
    expect(done.effects[0]).toMatchObject({ request: { tender: 'cash', offline: { termsId: terms.termsId } } });
  });

  it.each([
    ['no terms ever came', (state: TerminalState) => ({ ...state, terms: null }), 'offline_terms_missing'],
    ['the terms have run out', () => startOffline(issuedTerms({ validUntilMs: noonMs })), 'offline_terms_missing'],
    ['the operator allows none', () => startOffline(issuedTerms({ maxCount: 0 })), 'offline_terms_missing'],
    ['the charge goes over the total', () => startOffline(issuedTerms({ maxTotalWon: won(44_999) })), 'offline_limit'],
    ['the time is not known', (state: TerminalState) => ({ ...state, clockTrusted: false }), 'clock_untrusted'],
  ] as const)('refuses when %s, and keeps the sale', (_why, change, code) => {
    const refused = scan(enter(change(startOffline()), cashSale));
    expect(refused.effects).toEqual([]);
    expect(refused.state.counter).toMatchObject({ kind: 'refused', code, sale: cashSale });
  });

  it('stops at the number of redemptions that may wait', () => {
    let state = startOffline(issuedTerms({ maxCount: 2 }));
    for (const serial of [1, 2]) state = redeem(state, serial);
    expect(state.payments.size).toBe(2);
    expect(enter(state, cashSale).counter).toMatchObject({ kind: 'refused', code: 'offline_limit' });
  });

  it('refuses a coupon that this box has used, whatever for', () => {
    const used = scan(enter(startOffline(), cashSale), otherCoupon(7, [{ paymentId: paymentIdOf(9), offerId: null }]));
    expect(used).toMatchObject({ refused: 'coupon_used', effects: [] });
  });

  it('counts the uses of the offer where a coupon may be used more often', () => {
    const uses = [{ paymentId: paymentIdOf(9), offerId: 'o-lunch' as OfferId }];
    const state = enter(startOffline(issuedTerms({ maxPerCoupon: 5 })), cashSale);
    expect(scan(state, otherCoupon(7, uses)).refused).toBe('coupon_used');
  });

  it('takes no auth number, and no visit outside the coupon’s validity', () => {
    const state = enter(startOffline(), cashSale);
    const number = { kind: 'auth-number-entered', authNumber: '123456789012' as AuthNumber } as const;
    expect(step(state, { ...number, newPaymentId: paymentIdOf(1) }).refused).toBe('offline_needs_barcode');
    const late = enter(startOffline(), { ...cashSale, visitDate: '2026-12-01' as never });
    expect(scan(late).refused).toBe('coupon_expired');
  });

  it('lets the clerk choose among several offers', () => {
    const choosing = scan(enter(startOffline(issuedTerms({ offers: [...terms.terms.offers, otherOffer] })), cashSale));
    expect(choosing).toMatchObject({ effects: [], state: { counter: { kind: 'choosing-offer' } } });
    const confirm = (offerId: string) =>
      step(choosing.state, {
        kind: 'recheck-confirmed',
        paymentId: paymentIdOf(1),
        confirmed: { offerId: offerId as OfferId },
      });
    expect(confirm('o-none').refused).toBe('invalid_input');
    expect(confirm('o-dinner').state.counter).toMatchObject({
      redemption: { offerId: 'o-dinner', discountWon: 4_000 },
    });
  });
});

describe('back online', () => {
  const cut = (serials: number[]): TerminalState => serials.reduce(redeem, startOffline());
  const up = (state: TerminalState, nowMs = noonMs) => step(state, { kind: 'link', up: true }, nowMs);

  it('tells the operator in order, each after the answer to the one before, once', () => {
    const first = up(cut([1, 2]));
    expect(first.effects).toEqual([{ do: 'send', what: 'request', paymentId: paymentIdOf(1) }]);
    const second = result(first.state, paymentIdOf(1), 'approved');
    expect(brief(second.effects)).toEqual(['record close-payment', 'send request']);
    const done = result(second.state, paymentIdOf(2), 'approved');
    expect(brief(done.effects)).toEqual(['record close-payment']);
    expect([done.state.payments.size, nextDueMs(done.state)]).toEqual([0, noonMs + limits.showResultMs]);
  });

  it('lets the next one pass one that finds no answer, and asks on', () => {
    let state = up(cut([1, 2])).state;
    const sent: unknown[] = [];
    for (let nowMs = noonMs; sent.length < 6; nowMs = nextDueMs(state)) {
      const next = step(state, { kind: 'tick' }, nowMs);
      sent.push(...next.effects.map((effect) => 'paymentId' in effect && effect.paymentId));
      state = next.state;
    }
    expect(sent.slice(0, 4)).toEqual([1, 1, 1, 2].map(paymentIdOf));
  });

  it('never reverses: no deadline, no rejection and no odd answer ends it', () => {
    const state = up(cut([1])).state;
    const later = step(state, { kind: 'tick' }, noonMs + 86_400_000);
    expect(brief(later.effects)).toEqual(['send request']);
    const rejected = step(later.state, { kind: 'payment-rejected', paymentId: paymentIdOf(1), code: 'rate_limited' });
    expect(paymentOf(rejected.state)?.phase).toBe('redeemed');
    const seen = { kind: 'payment-result', paymentId: paymentIdOf(1), outcome: { kind: 'not-seen' } } as const;
    expect(paymentOf(step(rejected.state, seen).state)?.phase).toBe('redeemed');
  });

  it('closes what the operator did not take as declined', () => {
    const closed = result(up(cut([1])).state, paymentIdOf(1), 'declined');
    expect(closed.effects).toMatchObject([
      { what: 'close-payment', outcome: { kind: 'declined', code: 'coupon_used' } },
    ]);
  });

  it('does not let an online sale overtake the redemption of the same coupon', () => {
    const state = up(scan(enter(startOffline(), cashSale)).state).state;
    expect(scan(enter(state, cashSale), coupon, 2).refused).toBe('coupon_waiting');
  });

  it('waits for the reversal that gives back the coupon’s use', () => {
    const paying = scan(enter(startReady(), cardSale), coupon, 1).state;
    const lost = step(step(paying, { kind: 'terms', issued: terms }).state, { kind: 'link', up: false }).state;
    const unknown = step(lost, { kind: 'tick' }, noonMs + limits.deadlineMs).state;
    const given = step(unknown, { kind: 'abandoned' }, noonMs + limits.deadlineMs).state;
    const redeemed = scan(enter(given, cashSale), coupon, 2).state;
    expect(paymentOf(redeemed, 2)?.phase).toBe('redeemed');
    const back = up(redeemed, noonMs + 60_000);
    expect(brief(back.effects)).toEqual(['send reversal']);
    const outcome = { kind: 'reversed' } as const;
    const reversed = step(back.state, { kind: 'payment-result', paymentId: paymentIdOf(1), outcome }, noonMs + 60_000);
    expect(brief(reversed.effects)).toEqual(['record close-payment', 'send request']);
  });
});

it('takes a redemption up again after a power cut, without calling it unknown', () => {
  const [effect] = scan(enter(startOffline(), cashSale)).effects;
  if (effect?.do !== 'record' || effect.what !== 'redeem') throw new Error('not redeemed');
  const { paymentId, request, barcode } = effect;
  const journalled = { requestJws: 'a.b.c', confirmJws: null, recheckFields: [], openedAtMs: noonMs };
  const open: OpenPayment = { paymentId, phase: 'redeemed', request, barcode, ...journalled };
  const started = startTerminal({ payments: [open], cancels: [], terms }, noonMs, limits);
  expect(started.counter.kind).toBe('idle');
  expect(brief(step(started, { kind: 'link', up: true }).effects)).toEqual(['send request']);
});

it('keeps the terms that were issued last', () => {
  const state = startOffline();
  const older = issuedTerms({ issuedAtMs: terms.issuedAtMs - 1, maxCount: 0 });
  expect(step(state, { kind: 'terms', issued: older }).state.terms).toBe(terms);
});
