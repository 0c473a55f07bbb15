import { addBusinessDays } from '@scanpay/shared/clock.ts';
import { refuse } from '@scanpay/shared/errors.ts';
import type { AuthNumber } from '@scanpay/shared/ids.ts';
import type { PaymentOutcome, RecheckField } from '@scanpay/shared/wire/messages.ts';
import { describe, expect, it } from 'vitest';
import type { OpenPayment } from '../../ports/journal.ts';
import {
  approval,
  brief,
  cardSale,
  cashSale,
  coupon,
  enter,
  limits,
  noonMs,
  paid,
  paymentIdOf,
  startReady,
  step,
  today,
} from '../../testing/terminal-samples.ts';
import { nextDueMs } from './due.ts';
import type { Scan, Step, TerminalState } from './state.ts';
import { startTerminal } from './terminal.ts';
import { lightOf, viewCounter } from './view.ts';

const id = paymentIdOf(1);
const scan = (state: TerminalState, what: Scan = coupon, nowMs = noonMs): Step =>
  step(state, { kind: 'scanned', scan: what, newPaymentId: id }, nowMs);
const paying = (): TerminalState => scan(enter(startReady())).state;
const answer = (state: TerminalState, outcome: PaymentOutcome, nowMs = noonMs + 500): Step =>
  step(state, { kind: 'payment-result', paymentId: id, outcome }, nowMs);

const recheckFields: RecheckField[] = [{ name: 'headcount', requested: 2, registered: 3 }];

describe('a sale', () => {
  it('records the payment before it sends it, and shows busy', () => {
    const { state, effects } = scan(enter(startReady()));
    expect(brief(effects)).toEqual(['record open-payment', 'send request']);
    expect(state.counter).toMatchObject({ kind: 'paying', paymentId: id });
    expect(lightOf(state)).toBe('busy');
    expect(state.payments.get(id)?.request.expiresAtMs).toBe(noonMs + limits.deadlineMs);
  });

  it('closes on approval, once', () => {
    const approved = answer(paying(), { kind: 'approved', approval });
    expect(brief(approved.effects)).toEqual(['record close-payment']);
    expect(lightOf(approved.state)).toBe('approved');
    expect(viewCounter(approved.state.counter).headline.ko).toBe('승인 45,000원');
    expect(answer(approved.state, { kind: 'approved', approval }).effects).toEqual([]);
  });

  it('tells the clerk to take cash', () => {
    const cash = answer(scan(enter(startReady(), cashSale)).state, {
      kind: 'approved',
      approval: { ...approval, tender: 'cash' },
    });
    expect(viewCounter(cash.state.counter).headline.ko).toBe('현금 45,000원을 받으세요');
  });

  it('shows a decline with its code', () => {
    const declined = answer(paying(), { kind: 'declined', code: 'coupon_used' });
    expect(declined.state.counter).toMatchObject({ kind: 'declined', code: 'coupon_used' });
    expect(lightOf(declined.state)).toBe('declined');
    expect(declined.state.payments.size).toBe(0);
  });

  it('goes back to idle when the result has been shown long enough', () => {
    const { state } = answer(paying(), { kind: 'approved', approval });
    const dueMs = nextDueMs(state);
    expect(dueMs).toBe(noonMs + 500 + limits.showResultMs);
    expect(step(state, { kind: 'tick' }, dueMs - 1).state.counter.kind).toBe('approved');
    expect(step(state, { kind: 'tick' }, dueMs).state.counter.kind).toBe('idle');
  });
});

describe('what is refused at the counter', () => {
  const forged: Scan = { ...coupon, coupon: refuse('barcode_forged') } as Scan;
  const expired = { ...coupon, coupon: { ok: true, value: { ...okCoupon(), expiresAtMs: noonMs } } } as Scan;
  const early = { ...coupon, coupon: { ok: true, value: { ...okCoupon(), notBeforeMs: noonMs + 1 } } } as Scan;

  function okCoupon() {
    if (coupon.kind !== 'coupon' || !coupon.coupon.ok) throw new Error('sample');
    return coupon.coupon.value;
  }

  it.each([
    ['barcode_forged', forged],
    ['coupon_expired', expired],
    ['coupon_not_yet_valid', early],
  ] as const)('%s, without the network and without a trace', (code, what) => {
    const { state, effects, refused } = scan(enter(startReady()), what);
    expect(refused).toBe(code);
    expect(effects).toEqual([]);
    expect(lightOf(state)).toBe('declined');
    // The entered sale is kept: the next good coupon pays it.
    expect(brief(scan(state).effects)).toEqual(['record open-payment', 'send request']);
  });

  it('forged even when the clock is not trusted; validity is then not decided', () => {
    const untrusted = step(startReady(), { kind: 'clock', trusted: false }).state;
    expect(scan(enter(untrusted), forged).refused).toBe('barcode_forged');
    expect(scan(enter(untrusted), expired).refused).toBe('clock_untrusted');
  });

  it('a scan before the amount, a card payment while offline, a second scan while paying', () => {
    expect(scan(startReady()).refused).toBe('sale_not_entered');
    const offline = step(startReady(), { kind: 'link', up: false }).state;
    expect(lightOf(offline)).toBe('offline');
    const refusedOffline = scan(enter(offline));
    expect(refusedOffline.refused).toBe('offline');
    expect(refusedOffline.effects).toEqual([]);
    expect(scan(paying()).refused).toBe('busy');
  });

  it('the auth number for a card', () => {
    const authNumber = '123456789012' as AuthNumber;
    const input = { kind: 'auth-number-entered', authNumber, newPaymentId: id } as const;
    expect(step(enter(startReady()), input).refused).toBe('card_needs_barcode');
    const cash = step(enter(startReady(), cashSale), input);
    expect(brief(cash.effects)).toEqual(['record open-payment', 'send request']);
  });

  it('a new sale while too many are unresolved', () => {
    let state = startReady();
    for (let serial = 1; serial <= limits.maxOpen; serial++) {
      state = step(enter(state), { kind: 'scanned', scan: coupon, newPaymentId: paymentIdOf(serial) }).state;
      state = step(state, { kind: 'tick' }, noonMs + limits.deadlineMs).state;
      state = step(state, { kind: 'abandoned' }, noonMs + limits.deadlineMs).state;
    }
    expect(step(state, { kind: 'sale-entered', sale: cardSale }).refused).toBe('journal_full');
  });
});

describe('no answer', () => {
  it('repeats the identical request, then is unknown, inquires, and reverses until acknowledged', () => {
    let state = paying();
    const sent: string[] = [];
    for (let guard = 0; guard < 12; guard++) {
      const dueMs = nextDueMs(state);
      const next = step(state, { kind: 'tick' }, dueMs);
      state = next.state;
      sent.push(...brief(next.effects));
    }
    expect(sent.slice(0, 4)).toEqual(['send request', 'send request', 'send request', 'send request']);
    expect(sent.slice(4, 10)).toEqual([
      'record unknown',
      'send inquiry',
      'send inquiry',
      'send inquiry',
      'record reversing',
      'send reversal',
    ]);
    expect(new Set(sent.slice(10))).toEqual(new Set(['send reversal']));
    expect(lightOf(state)).toBe('unknown');
    const reversed = answer(state, { kind: 'reversed' });
    expect(brief(reversed.effects)).toEqual(['record close-payment']);
    expect(reversed.state.counter.kind).toBe('reversed');
  });

  it('records what two statements will say of a payment that was reversed after its day', () => {
    const stated = { split: approval.split, saleDate: today, reversalDate: addBusinessDays(today, 1) };
    const outcome = { kind: 'reversed', stated } as const;
    expect(answer(paying(), outcome).effects).toMatchObject([{ what: 'close-payment', outcome }]);
  });

  it('takes an approval while inquiring, never while reversing', () => {
    const unknown = step(paying(), { kind: 'tick' }, noonMs + limits.deadlineMs).state;
    expect(unknown.counter.kind).toBe('unknown');
    expect(brief(answer(unknown, { kind: 'approved', approval }).effects)).toEqual(['record close-payment']);
    const reversing = answer(unknown, { kind: 'not-seen' });
    expect(brief(reversing.effects)).toEqual(['record reversing', 'send reversal']);
    expect(answer(reversing.state, { kind: 'approved', approval }).effects).toEqual([]);
    expect(reversing.state.payments.size).toBe(1);
  });

  it('waits for the link with its inquiries and sends everything again at reconnect', () => {
    const down = step(paying(), { kind: 'link', up: false }).state;
    const late = step(down, { kind: 'tick' }, noonMs + 60_000);
    expect(brief(late.effects)).toEqual(['record unknown']);
    const up = step(late.state, { kind: 'link', up: true }, noonMs + 61_000);
    expect(brief(up.effects)).toEqual(['send inquiry']);
  });

  it('reverses when the operator could not use the message', () => {
    const rejected = step(paying(), { kind: 'payment-rejected', paymentId: id, code: 'payment_id_conflict' });
    expect(brief(rejected.effects)).toEqual(['record reversing', 'send reversal']);
  });

  it('reverses an unknown payment that the clerk gives up', () => {
    const unknown = step(paying(), { kind: 'tick' }, noonMs + limits.deadlineMs).state;
    const given = step(unknown, { kind: 'abandoned' }, noonMs + limits.deadlineMs + 1);
    expect(brief(given.effects)).toEqual(['record reversing', 'send reversal']);
    expect(given.state.counter.kind).toBe('idle');
  });
});

describe('recheck', () => {
  const asked = () => answer(paying(), { kind: 'recheck', fields: recheckFields });

  it('is recorded, shown, confirmed by the clerk and then approved', () => {
    const { state, effects } = asked();
    expect(brief(effects)).toEqual(['record recheck']);
    expect(lightOf(state)).toBe('recheck');
    const confirmed = step(state, { kind: 'recheck-confirmed', paymentId: id, confirmed: { headcount: 2 } });
    expect(brief(confirmed.effects)).toEqual(['record confirm', 'send confirm']);
    expect(answer(confirmed.state, { kind: 'recheck', fields: recheckFields }).effects).toEqual([]);
    expect(answer(confirmed.state, { kind: 'approved', approval }).state.counter.kind).toBe('approved');
  });

  it('takes exactly the fields that were asked for', () => {
    const { state } = asked();
    const confirm = (confirmed: object) => step(state, { kind: 'recheck-confirmed', paymentId: id, confirmed }).refused;
    expect(confirm({})).toBe('invalid_input');
    expect(confirm({ headcount: 2, visitDate: today })).toBe('invalid_input');
  });

  it('is reversed when the clerk leaves it, or gives it up', () => {
    const { state } = asked();
    const left = step(state, { kind: 'tick' }, noonMs + 500 + limits.recheckMs);
    expect(brief(left.effects)).toEqual(['record reversing', 'send reversal']);
    expect(brief(step(state, { kind: 'abandoned' }).effects)).toEqual(['record reversing', 'send reversal']);
  });
});

describe('power-on', () => {
  const open = (phase: OpenPayment['phase']): OpenPayment => ({
    paymentId: id,
    phase,
    request: paid.request,
    requestJws: 'jws',
    confirmJws: null,
    barcode: null,
    recheckFields: phase === 'recheck' ? recheckFields : [],
    openedAtMs: noonMs - 1_000,
  });
  const resume = (phase: OpenPayment['phase']): Step => {
    const state = startTerminal({ payments: [open(phase)], cancels: [] }, noonMs, limits);
    return step(state, { kind: 'link', up: true });
  };

  it.each([
    ['sent', ['record unknown', 'send inquiry']],
    ['confirming', ['record unknown', 'send inquiry']],
    ['unknown', ['send inquiry']],
    ['reversing', ['send reversal']],
    ['recheck', []],
  ] as const)('takes up a payment that was %s', (phase, effects) => {
    expect(brief(resume(phase).effects)).toEqual(effects);
    expect(resume(phase).state.counter.kind).toBe(phase === 'recheck' ? 'recheck' : 'unknown');
  });
});
