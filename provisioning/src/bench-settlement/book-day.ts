import { makePaymentEntry } from '@scanpay/cloud/core/settle/ledger.ts';
import { appendLedgerEntry } from '@scanpay/cloud/drivers/sql/ledger/append-entry.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCash, splitCharge, won } from '@scanpay/shared/money.ts';
import type { BookedEvent } from '@scanpay/shared/settlement/statement.ts';
import { companies, day, openBook } from './books.ts';

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
/** A busy box; the day has as many boxes as that makes. */
const paymentsPerBox = 1_000;
const perCommit = 5_000;
const startMs = Date.UTC(2026, 10, 22, 15);
const dayMs = 86_400_000;

interface BookedSale {
  event: BookedEvent;
  merchantId: MerchantId;
  deviceId: DeviceId;
  atMs: number;
}

/** UUIDv7 of a moment of the day, apart from each other by their number. */
function makeId(atMs: number, number: number): string {
  const time = Math.floor(atMs).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

/** One in ten is paid in cash, one in fifty is cancelled the same day. */
function* drawDay(payments: number): Generator<BookedSale> {
  const boxes = Math.max(1, Math.ceil(payments / paymentsPerBox));
  for (let number = 0; number < payments; number += 1) {
    const atMs = startMs + Math.floor((number / payments) * dayMs);
    const tender = number % 10 === 9 ? 'cash' : 'card';
    const amount = won(1_000 + ((number * 7_919) % 90_000));
    const split = tender === 'card' ? splitCharge(amount, rates) : splitCash(amount, rates);
    const box = number % boxes;
    const at = { merchantId: `m-${Math.floor(box / 2)}` as MerchantId, deviceId: `box-${box}` as DeviceId, atMs };
    const paymentId = makeId(atMs, number) as PaymentId;
    yield { event: { kind: 'sale', tender, paymentId, cancelId: null, split }, ...at };
    if (number % 50 === 49) {
      const cancelId = makeId(atMs, payments + number) as CancelId;
      yield { event: { kind: 'cancel', tender, paymentId, cancelId, split }, ...at };
    }
  }
}

/** Books a day of that many payments at all three companies, as their services do. */
export async function bookDay(folder: string, payments: number): Promise<void> {
  for (const company of companies) {
    const db = await openBook(folder, company);
    const sales = drawDay(payments);
    for (let left = true; left; ) {
      left = await db.transaction().execute(async (trx) => {
        for (let count = 0; count < perCommit; count += 1) {
          const next = sales.next();
          if (next.done === true) return false;
          const entry = toEntry(company, next.value);
          if (entry !== null) await appendLedgerEntry(trx, entry);
        }
        return true;
      });
    }
    await db.destroy();
  }
}

function toEntry(company: Company, { event, merchantId, deviceId, atMs }: BookedSale) {
  if (company === 'card' && event.tender === 'cash') return null;
  return makePaymentEntry(company, {
    ...event,
    merchantId: company === 'card' ? null : merchantId,
    deviceId: company === 'operator' ? deviceId : null,
    atMs,
    businessDate: day,
    payoutDate: company === 'operator' ? day : null,
  });
}
