import { accept, refuse } from '@scanpay/shared/errors.ts';
import type { CashReceiptDetails, CashReceiptIssuer, IssuedReceipt } from '../../../ports/cash-receipt-issuer.ts';

export interface IssuerCall {
  kind: 'issue' | 'cancel';
  details: CashReceiptDetails;
  original: IssuedReceipt | null;
}

/** An issuer that keeps what it is told, answers an order alike each time, and does what the test wants. */
export function createMemoryIssuer() {
  const calls: IssuerCall[] = [];
  const issued = new Map<string, IssuedReceipt>();
  const modes = {
    /** `lost`: it does its work, and the answer is lost. */
    next: 'answers' as 'answers' | 'silent' | 'refuses' | 'lost',
  };
  const take = async (call: IssuerCall) => {
    calls.push(call);
    if (modes.next === 'silent') throw new Error('the issuer is away');
    if (modes.next === 'refuses') return refuse('cash_receipt_refused');
    const { orderId } = call.details;
    const known = issued.get(orderId) ?? {
      approvalNumber: String(issued.size + 1).padStart(9, '7'),
      approvedOn: '2026-11-23' as IssuedReceipt['approvedOn'],
    };
    issued.set(orderId, known);
    if (modes.next === 'lost') throw new Error('the answer is lost');
    return accept(known);
  };
  const issuer: CashReceiptIssuer = {
    issue: (details) => take({ kind: 'issue', details, original: null }),
    cancel: (details, original) => take({ kind: 'cancel', details, original }),
  };
  return { ...issuer, calls, issued, modes };
}
