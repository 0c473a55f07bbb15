import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { CancelId, DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { describe, expect, it } from 'vitest';
import type { ReceiptOrder } from '../../ports/cash-receipt-store.ts';
import { decideOrder } from './decide-order.ts';

const issue: ReceiptOrder = {
  orderId: 'issue/p',
  paymentId: 'p' as PaymentId,
  deviceId: 'box-1' as DeviceId,
  merchantId: 'm-1' as MerchantId,
  kind: 'issue',
  cancelId: null,
  purpose: 'income-deduction',
  numberMasked: '010-****-1234',
  selfIssued: false,
  amountWon: won(10_000),
  chargedWon: won(10_000),
  cancelledBeforeWon: won(0),
  atMs: 0,
  state: 'requested',
  tries: 0,
  approvalNumber: null,
  approvedOn: null,
  code: null,
  changedAtMs: 0,
};
const cancel: ReceiptOrder = { ...issue, orderId: 'cancel/c', kind: 'cancel', cancelId: 'c' as CancelId };
const reversal: ReceiptOrder = { ...cancel, orderId: 'reversal/p', cancelId: null };
const original = { approvalNumber: '123456789', approvedOn: '2026-11-23' as BusinessDate };
const issued: ReceiptOrder = { ...issue, ...original, state: 'issued', tries: 1 };

describe('decideOrder', () => {
  it('issues, also what was refunded meanwhile', () => {
    expect(decideOrder(issue, [issue])).toEqual({ do: 'issue' });
    expect(decideOrder(issue, [issue, cancel])).toEqual({ do: 'issue' });
  });

  it('drops a receipt that nobody was asked for yet, and whose payment never happened', () => {
    expect(decideOrder(issue, [issue, reversal])).toEqual({ do: 'drop' });
    const tried = { ...issue, tries: 1 };
    expect(decideOrder(tried, [tried, reversal])).toEqual({ do: 'issue' });
  });

  it('cancels what was issued, waits for what is not yet, and drops what has nothing to cancel', () => {
    expect(decideOrder(cancel, [issued, cancel])).toEqual({ do: 'cancel', original });
    expect(decideOrder(reversal, [issued, reversal])).toEqual({ do: 'cancel', original });
    expect(decideOrder(cancel, [{ ...issue, tries: 3 }, cancel])).toEqual({ do: 'wait', tries: 3 });
    for (const state of ['failed', 'dropped'] as const) {
      expect(decideOrder(cancel, [{ ...issue, state }, cancel])).toEqual({ do: 'drop' });
    }
  });
});
