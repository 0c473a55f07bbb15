import type { CouponId } from '@scanpay/shared/ids.ts';
import { type JwsSigner, signJws } from '@scanpay/shared/wire/envelope.ts';
import type { DeletionRecord } from '../../../ports/operator-store.ts';

/** `typ` of a signed deletion record. */
export const cardDeletionTyp = 'scanpay-card-deletion+json';

/**
 * S05, signed: the operator holds this no longer. `card-box`: what the PG handed over, once it is inside the barcode.
 * `barcode`: the barcode itself, once it is with the customer; from then on no server holds the card in any form.
 */
export interface CardDeletionRecord {
  v: 1;
  couponId: CouponId;
  company: 'operator';
  deleted: 'card-box' | 'barcode';
  deletedAtMs: number;
}

export async function makeDeletionRecord(
  couponId: CouponId,
  deleted: CardDeletionRecord['deleted'],
  deletedAtMs: number,
  signer: JwsSigner,
): Promise<DeletionRecord> {
  const record: CardDeletionRecord = { v: 1, couponId, company: 'operator', deleted, deletedAtMs };
  const recordJws = await signJws(record, signer, cardDeletionTyp);
  return { company: 'operator', subject: deleted === 'card-box' ? 'card' : 'barcode', recordJws, atMs: deletedAtMs };
}
