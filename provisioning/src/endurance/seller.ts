import { setTimeout as delay } from 'node:timers/promises';
import type { BoxView, PaymentRow } from '@scanpay/shared/api/box.ts';
import { callJson } from '../demo/call-json.ts';

/** What the box was at, as far as its counter told. */
export type Moment = 'starting' | 'ready' | 'sale entered' | 'code scanned' | 'result shown';

export interface Counter {
  counterUrl: string;
  scan(text: string): void;
}

const recoverDeadlineMs = 240_000;
const resultDeadlineMs = 90_000;

/** A clerk who sells at a box that may be gone at any moment. Each look costs the box time that it should sell in. */
export function createSeller(counter: Counter, options: { nextBarcode(): string; lookEveryMs: number }) {
  const { nextBarcode, lookEveryMs } = options;
  const look = async (): Promise<BoxView> => (await callJson('GET', `${counter.counterUrl}/api/state`)) as BoxView;
  /** Null: it is over. */
  const lookUntil = async (
    accept: (view: BoxView) => boolean,
    deadlineMs: number,
    isOver = () => false,
  ): Promise<BoxView | null> => {
    const deadline = Date.now() + deadlineMs;
    let last = 'nothing';
    while (Date.now() < deadline) {
      if (isOver()) return null;
      const view = await look().catch((error: unknown) => String(error));
      if (typeof view !== 'string' && accept(view)) return view;
      last = typeof view === 'string' ? view : JSON.stringify(view);
      await delay(lookEveryMs);
    }
    throw new Error(`the box did not come to it; last seen: ${last}`);
  };
  const seller = {
    moment: 'starting' as Moment,
    /** Payments that the counter has shown as approved. */
    shown: new Set<string>(),
    /** Waits until the box is online, has nothing open and nothing to print. */
    async waitUntilResolved(): Promise<void> {
      await lookUntil(
        ({ linkUp, clockTrusted, openCount, receiptsWaiting, scannerReady }) =>
          linkUp && clockTrusted && scannerReady && openCount === 0 && receiptsWaiting === 0,
        recoverDeadlineMs,
      );
      seller.moment = 'ready';
    },
    async listPayments(): Promise<PaymentRow[]> {
      const { payments } = (await callJson('GET', `${counter.counterUrl}/api/payments`)) as { payments: PaymentRow[] };
      return payments;
    },
    /** Sells until the box is gone, or `isOver`. @throws Error when it is still there and gives no result. */
    async sellUntil(isOver: () => boolean): Promise<void> {
      while (!isOver()) {
        try {
          await sellOne(isOver);
        } catch (error) {
          if (!isOver()) throw error;
        }
      }
    },
  };
  const sellOne = async (isOver: () => boolean): Promise<void> => {
    const sale = { tender: 'card', listAmountWon: 30_000, headcount: 2 };
    await callJson('POST', `${counter.counterUrl}/api/sale`, sale);
    if (isOver()) return;
    seller.moment = 'sale entered';
    counter.scan(nextBarcode());
    seller.moment = 'code scanned';
    const results = ['approved', 'declined', 'reversed'];
    const view = await lookUntil(({ counter: { kind } }) => results.includes(kind), resultDeadlineMs, isOver);
    if (view === null) return;
    const { kind, paymentId } = view.counter;
    seller.moment = 'result shown';
    if (kind === 'approved' && paymentId !== null) seller.shown.add(paymentId);
  };
  return seller;
}

export type Seller = ReturnType<typeof createSeller>;
