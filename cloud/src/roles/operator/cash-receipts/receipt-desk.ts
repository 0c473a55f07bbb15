import { exportPgBoxPublicKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring } from '@scanpay/shared/auth-barcode/keys.ts';
import type { CashReceiptNote, CashReceiptOrder } from '@scanpay/shared/cash-receipt/cash-receipt.ts';
import { maskReceiptIdentity, type ReceiptIdentity, selfIssueIdentity } from '@scanpay/shared/cash-receipt/identity.ts';
import {
  openReceiptIdentity,
  type ReceiptOpenKey,
  receiptSealKeyOf,
} from '@scanpay/shared/cash-receipt/sealed-identity.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import type { PaymentRequest } from '@scanpay/shared/wire/messages.ts';
import type { Merchants } from '../../../core/verify/merchants.ts';
import type { ReceiptOrder } from '../../../ports/cash-receipt-store.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import type { DevicePost } from '../device-post.ts';
import { readStoredPayload } from '../payments/read-stored-payload.ts';

/** Cash receipts (현금영수증) as boxes and payments meet them; the issuer is called by the sender. */
export interface ReceiptDesk {
  /** Tells a box what customers' numbers are sealed to. */
  sendKey(deviceId: DeviceId): Promise<void>;
  /** Whether what a request asks for can be issued. Codes: invalid_input (no cash sale), cash_receipt_unopenable. */
  check(request: PaymentRequest): Result<void>;
  /** What is to be issued for a payment; null: nothing. */
  noteOf(payment: { requestJws: string; merchantId: MerchantId }): CashReceiptNote | null;
  /** Whom an order names, for as long as it takes to say so to the issuer. Code: cash_receipt_unopenable. */
  identityOf(order: Pick<ReceiptOrder, 'selfIssued'>, requestJws: string): Result<ReceiptIdentity>;
  /** Answers a box's question about its own payments. */
  answer(deviceId: DeviceId, paymentIds: readonly PaymentId[]): Promise<void>;
  tell(order: ReceiptOrder): Promise<void>;
}

export function createReceiptDesk(deps: {
  /** The first seals, all open; none: receipts are issued without a customer's number only (자진발급). */
  keys: readonly ReceiptOpenKey[];
  store: Pick<OperatorStore, 'listReceiptOrders'>;
  merchants: Merchants;
  post: DevicePost;
}): ReceiptDesk {
  const { store, merchants, post } = deps;
  const ring = createKeyring(deps.keys);
  const [current] = deps.keys;
  const key =
    current === undefined ? null : exportPgBoxPublicKey({ use: 'pg-box-public', ...receiptSealKeyOf(current) });

  const open = ({ deviceId, cashReceipt }: PaymentRequest): Result<ReceiptIdentity> => {
    if (cashReceipt === undefined) return refuse('cash_receipt_unopenable', 'none was asked for');
    const { purpose, sealed, numberMasked } = cashReceipt;
    const identity = openReceiptIdentity(sealed, { deviceId, purpose }, ring);
    const isShown = identity.ok && maskReceiptIdentity(identity.value) === numberMasked;
    return !identity.ok || isShown ? identity : refuse('cash_receipt_unopenable', 'another number is shown');
  };
  const tell = async ({ deviceId, paymentId, ...order }: ReceiptOrder): Promise<void> => {
    const draft = { type: 'cash-receipt.state', paymentId, order: toMessageOrder(order) } as const;
    post.send(deviceId, 'payment', await post.sign(deviceId, draft));
  };
  return {
    tell,
    async sendKey(deviceId) {
      post.send(deviceId, 'payment', await post.sign(deviceId, { type: 'cash-receipt.key', key }));
    },
    check(request) {
      if (request.cashReceipt === undefined) return accept(undefined);
      if (request.tender !== 'cash') return refuse('invalid_input', '/cashReceipt: not a cash sale');
      const identity = open(request);
      return identity.ok ? accept(undefined) : identity;
    },
    noteOf({ requestJws, merchantId }) {
      const { cashReceipt, tender } = readStoredPayload<PaymentRequest>(requestJws);
      if (tender !== 'cash') return null;
      if (cashReceipt !== undefined) {
        const { purpose, numberMasked } = cashReceipt;
        return { purpose, numberMasked, selfIssued: false };
      }
      if (merchants.find(merchantId)?.selfIssuesCashReceipts !== true) return null;
      const { purpose } = selfIssueIdentity;
      return { purpose, numberMasked: maskReceiptIdentity(selfIssueIdentity), selfIssued: true };
    },
    identityOf: ({ selfIssued }, requestJws) =>
      selfIssued ? accept(selfIssueIdentity) : open(readStoredPayload<PaymentRequest>(requestJws)),
    async answer(deviceId, paymentIds) {
      for (const paymentId of new Set(paymentIds)) {
        const orders = await store.listReceiptOrders(paymentId);
        for (const order of orders) if (order.deviceId === deviceId) await tell(order);
      }
    },
  };
}

const toMessageOrder = (order: CashReceiptOrder): CashReceiptOrder => {
  const { kind, cancelId, amountWon, state, approvalNumber, approvedOn, code, changedAtMs } = order;
  return { kind, cancelId, amountWon, state, approvalNumber, approvedOn, code, changedAtMs };
};
