import type { CancelId, DeviceId, PaymentId } from '@scanpay/shared/ids.ts';
import type { EntryEvidence } from './ledger.ts';
import type { ChainedEntry } from './ledger-chain.ts';

/** The documents beside one entry. */
export interface KeptEvidence extends EntryEvidence {
  seq: number;
}

/** What the operator's terminals said and were told of a payment; compact JWS all of it. */
export interface BoxFile {
  deviceId: DeviceId;
  requestJws: string;
  confirmJws: string | null;
  reversalJws: string | null;
  /** The newest answer. */
  resultJws: string | null;
  /** The PG's word on the coupon; null: nothing is kept of it. */
  soldJws: string | null;
  /** The PG's word on the changed schedule that was in force; null: it had not been changed. */
  stayJws: string | null;
  cancels: { cancelId: CancelId; requestJws: string; resultJws: string | null }[];
}

/** All that one company keeps of a payment, for whoever audits it. */
export interface PaymentFile {
  paymentId: PaymentId;
  /** In order of booking. */
  entries: ChainedEntry[];
  /** In order of booking. */
  evidence: KeptEvidence[];
  /** The company's own record of the payment; null: it has none. */
  record: PaymentRecord | null;
}

export interface PaymentRecord {
  /** It waits for another company, or for a date: what the others have booked may be missing here. */
  isUnderWay: boolean;
  /** The company's own word on the sale, where the record itself keeps it. */
  saleJws: string | null;
  /** The operator's alone. */
  box: BoxFile | null;
}

/** A company's payments in order of their ids, in pages, so that memory does not grow with them. */
export interface PaymentFileReader {
  /** Id of the payment that is `count` payments after `after`; null: there are fewer. */
  findPageEnd(after: PaymentId | null, count: number): Promise<PaymentId | null>;
  /** Payments after `after`, through `through` (null: to the last). */
  readPage(after: PaymentId | null, through: PaymentId | null): Promise<PaymentFile[]>;
}
