import type { Counter } from '@scanpay/device/core/terminal/state.ts';
import type { CounterBox } from '@scanpay/device/ports/counter-box.ts';
import type { SaleBody } from '@scanpay/shared/api/box.ts';
import { sealAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { addBusinessDays, type BusinessDate, businessDateAt } from '@scanpay/shared/clock.ts';
import type { CouponId, OfferId, PaymentId } from '@scanpay/shared/ids.ts';
import { type Won, won } from '@scanpay/shared/money.ts';
import { formatReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import type { Tender } from '@scanpay/shared/schema.ts';
import type { ConfirmedFields, RecheckField } from '@scanpay/shared/wire/messages.ts';
import { forgerKey, operatorKeys } from '../cloud/cast.ts';
import type { SimCoupon } from '../cloud/issue-coupons.ts';
import type { Dice } from '../engine/dice.ts';
import { DeadProcessError } from '../engine/process.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { BoxMachine } from './box-machine.ts';

/** Somebody at the counter: sells, scans, confirms, gives up, cancels, and does some of it twice or at the wrong time. */
export interface Clerk {
  start(): void;
  stop(): void;
}

export interface ClerkGround {
  timeline: Timeline;
  dice: Dice;
  coupons: readonly SimCoupon[];
  /** Mean pause between two acts. */
  paceMs: number;
}

export function createClerk(machine: BoxMachine, ground: ClerkGround): Clerk {
  const { timeline, dice, paceMs } = ground;
  let working = false;
  const plan = (): void => {
    timeline.after(200 + dice.waitMs(paceMs), () => {
      if (!working) return;
      const running = machine.running();
      if (running !== null) act(machine, running.counter, ground);
      plan();
    });
  };
  return {
    start() {
      if (working) return;
      working = true;
      plan();
    },
    stop() {
      working = false;
    },
  };
}

/** What the page shows; a choice of offers is a recheck there. */
type Shown = Exclude<Counter, { kind: 'choosing-offer' }>;

function act(machine: BoxMachine, counter: CounterBox, ground: ClerkGround): unknown {
  const { dice } = ground;
  const view = counter.view().counter as Shown;
  if (dice.chance(0.03)) return doSomethingOdd(machine, counter, ground);
  if (dice.chance(0.02)) answerStatements(counter, false);
  switch (view.kind) {
    case 'awaiting-scan':
      return scan(machine, counter, ground, view.sale.tender === 'cash');
    case 'refused':
      return tryAgain(machine, counter, ground, view);
    case 'recheck':
      if (dice.chance(0.8)) return run(counter.confirmRecheck(view.paymentId, confirm(view.fields, ground)));
      return dice.chance(0.5) ? run(counter.abandon()) : undefined;
    case 'cancel-offered':
      return dice.chance(0.7) ? refund(counter, view.paymentId, view.leftWon, dice) : run(counter.abandon());
    case 'awaiting-refund':
      return dice.chance(0.8) ? machine.scanner.read(dice.pick(ground.coupons).barcode) : run(counter.abandon());
    case 'unknown':
      if (dice.chance(0.2)) return run(counter.abandon());
      return dice.chance(0.6) ? sell(counter, ground) : undefined;
    case 'paying':
    case 'cancelling':
      return dice.chance(0.1) ? sell(counter, ground) : undefined;
    case 'idle':
    case 'redeemed':
    case 'approved':
    case 'declined':
    case 'reversed':
    case 'cancelled':
    case 'cancel-declined':
      return dice.chance(0.06) ? cancelSomething(machine, counter, dice) : sell(counter, ground);
  }
}

/** Offline it can only be cash; else the same sale, with another scan. */
function tryAgain(
  machine: BoxMachine,
  counter: CounterBox,
  ground: ClerkGround,
  { code, sale }: Extract<Counter, { kind: 'refused' }>,
): unknown {
  if (code === 'offline') return sell(counter, ground, 'cash');
  return sale === null ? sell(counter, ground) : scan(machine, counter, ground, sale.tender === 'cash');
}

/** Nobody waits for the answer at the counter page; what came of it shows there. */
const run = (call: Promise<unknown>): unknown => call.catch(() => undefined);

function sell(counter: CounterBox, { dice, timeline }: ClerkGround, tender?: Tender): void {
  const today = businessDateAt(timeline.nowMs());
  const sale: SaleBody = {
    tender: tender ?? (dice.chance(0.7) ? 'card' : 'cash'),
    listAmountWon: won(dice.chance(0.02) ? dice.between(5_000_001, 9_000_000) : dice.between(1, 200) * 1_000),
    headcount: dice.between(1, 4),
    ...(dice.chance(0.1) ? { visitDate: addBusinessDays(today, dice.between(-1, 3)) } : {}),
  };
  run(counter.enterSale(sale));
}

function scan(machine: BoxMachine, counter: CounterBox, ground: ClerkGround, cash: boolean): unknown {
  const { dice, coupons, timeline } = ground;
  const { scanner } = machine;
  if (dice.chance(0.03)) return scanner.garble(dice.pick(['half-line', 'not-text', 'too-long'] as const));
  const coupon = dice.pick(coupons);
  if (cash && dice.chance(0.15)) return run(counter.enterAuthNumber(coupon.authNumber));
  const text = dice.chance(0.02) ? forge(dice) : coupon.barcode;
  scanner.read(text);
  // The gun repeats itself, or the customer holds the phone there.
  if (dice.chance(0.06)) timeline.after(dice.between(1, 400), () => scanner.read(text));
}

/** A coupon whose signature is not the operator's, or no coupon at all. */
function forge(dice: Dice): string {
  if (dice.chance(0.5)) return `SP1:${'A'.repeat(dice.between(1, 300))}`;
  const notBeforeMs = Date.parse('2026-11-23T00:00:00Z');
  const expiresAtMs = Date.parse('2026-12-23T00:00:00Z');
  const couponId = Buffer.from(dice.bytes(8)).toString('hex') as CouponId;
  const registration = { name: '위조', mobile: '01099998888', customerId: '0123456789abcdef' as never };
  return sealAuthBarcode(
    { couponId, registration, cardBox: dice.bytes(58), notBeforeMs, expiresAtMs },
    { signing: forgerKey, registrationBox: operatorKeys.registrationBox },
  );
}

function confirm(fields: readonly RecheckField[], { dice }: ClerkGround): ConfirmedFields {
  const confirmed: { headcount?: number; visitDate?: BusinessDate; offerId?: OfferId } = {};
  for (const field of fields) {
    if (field.name === 'headcount') confirmed.headcount = dice.chance(0.5) ? field.registered : field.requested;
    if (field.name === 'visitDate') confirmed.visitDate = dice.chance(0.7) ? field.registeredFrom : field.requested;
    if (field.name === 'offerId') confirmed.offerId = chooseOffer(field.choices, dice);
  }
  return confirmed;
}

/** The customer says which offer it is, and is wrong now and then. */
function chooseOffer(choices: readonly { offerId: OfferId }[], dice: Dice): OfferId {
  const common = choices.find(({ offerId }) => offerId.startsWith('o-many'));
  return common !== undefined && dice.chance(0.5) ? common.offerId : dice.pick(choices).offerId;
}

function cancelSomething(machine: BoxMachine, counter: CounterBox, dice: Dice): unknown {
  const sold = counter.payments(6).filter((each) => each.state === 'approved');
  if (sold.length === 0) return;
  const { paymentId, approval, refundedWon } = dice.pick(sold);
  if (dice.chance(0.5)) {
    return refund(counter, paymentId, won((approval?.split.chargedWon ?? 0) - refundedWon), dice);
  }
  if (dice.chance(0.3)) return run(counter.askRefund());
  machine.scanner.read(formatReceiptCode(paymentId));
}

/** The whole rest, or a part of it. */
function refund(counter: CounterBox, paymentId: PaymentId, leftWon: Won | null, dice: Dice): unknown {
  if (leftWon === null || leftWon === 0 || dice.chance(0.5)) return run(counter.requestCancel(paymentId));
  return run(counter.requestCancel(paymentId, won(dice.between(1, leftWon))));
}

/** What a POS that lost its answer, or a clerk in a hurry, does at any time. */
function doSomethingOdd(machine: BoxMachine, counter: CounterBox, ground: ClerkGround): unknown {
  const { dice } = ground;
  switch (dice.between(0, 4)) {
    case 0:
      return run(counter.abandon());
    case 1:
      return machine.scanner.read(dice.pick(ground.coupons).barcode);
    case 2:
      reprintLast(counter);
      return;
    case 3: {
      const rows = counter.payments(3);
      if (rows.length > 0) run(counter.requestCancel(dice.pick(rows).paymentId as PaymentId));
      return;
    }
    default:
      sell(counter, ground);
      return scan(machine, counter, ground, false);
  }
}

/** The page answers "internal" where the power goes, or the disk is full, in the middle of it; nothing else may throw. */
function reprintLast(counter: CounterBox): void {
  const [receipt] = counter.receipts(1);
  try {
    if (receipt !== undefined) counter.reprint(receipt.receiptId);
  } catch (error) {
    const isDisk = error instanceof DeadProcessError || (error as { code?: string }).code === 'SQLITE_FULL';
    if (!isDisk) throw error;
  }
}

/**
 * The merchant's press of a button. What differs from the journal can only be disputed, and nobody does that while the
 * box still waits to hear of its payments.
 */
export function answerStatements(counter: CounterBox, mayDispute: boolean): void {
  for (const { statement, answer, faults } of counter.statements(10)) {
    if (answer !== null || (faults.length > 0 && !mayDispute)) continue;
    run(counter.answerStatement(statement.statementId, faults.length === 0 ? 'approved' : 'disputed'));
  }
}
