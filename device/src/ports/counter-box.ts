import type { BoxView, PaymentRow, SaleBody } from '@scanpay/shared/api/box.ts';
import type { HandOverBody, SignedHandOver } from '@scanpay/shared/api/hand-over.ts';
import type { Result } from '@scanpay/shared/errors.ts';
import type { PaymentId, StatementId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { StatementLine } from '@scanpay/shared/settlement/statement.ts';
import type { ConfirmedFields } from '@scanpay/shared/wire/messages.ts';
import type { CameraLook } from './camera.ts';
import type { SpooledReceipt, StatementRecord } from './journal.ts';

/** What the counter page and a POS may do with the box; every refusal is a value with its code. */
export interface CounterBox {
  view(): BoxView;
  /** Called after every change; the returned function ends it. */
  onChange(listener: () => void): () => void;
  enterSale(sale: SaleBody): Promise<Result<void>>;
  abandon(): Promise<Result<void>>;
  enterAuthNumber(authNumber: string): Promise<Result<void>>;
  confirmRecheck(paymentId: PaymentId, confirmed: ConfirmedFields): Promise<Result<void>>;
  /** The next scan names what is to be refunded. */
  askRefund(): Promise<Result<void>>;
  /** Without an amount: all that is left. */
  requestCancel(paymentId: PaymentId, amountWon?: Won): Promise<Result<void>>;
  /** Newest first. */
  payments(limit: number): PaymentRow[];
  receipts(limit: number): SpooledReceipt[];
  reprint(receiptId: number): Result<void>;
  statements(limit: number): StatementRecord[];
  findStatement(statementId: StatementId): StatementRecord | null;
  /** As the operator stated them, in order. */
  statementLines(statementId: StatementId): StatementLine[];
  /** What the camera sees, for a technician who aims it. Code `camera_missing`: this box has none. */
  lookThroughCamera(): Promise<Result<CameraLook>>;
  /** Signs and prints that a technician hands the box over to the shop. */
  handOver(body: HandOverBody): Promise<Result<SignedHandOver>>;
  answerStatement(statementId: StatementId, answer: 'approved' | 'disputed'): Promise<Result<void>>;
}
