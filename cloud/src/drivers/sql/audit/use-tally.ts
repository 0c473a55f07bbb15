import Database from 'better-sqlite3';
import type { TakenUse, UseTally } from '../../../ports/use-tally.ts';

interface UseRow {
  coupon_id: TakenUse['couponId'];
  offer_id: TakenUse['offerId'];
  payment_id: TakenUse['paymentId'];
  sold_uses: number;
  taken_seq: number | null;
  returned_seq: number | null;
}

/**
 * In a temporary SQLite database, which goes to disk by itself when it grows and is gone when it is closed. It holds ids and
 * numbers, nothing of a person.
 */
export function openUseTally(): UseTally & { close(): void } {
  const connection = new Database('');
  connection.pragma('journal_mode = OFF');
  connection.pragma('synchronous = OFF');
  connection.exec(`CREATE TABLE uses (
    coupon_id TEXT NOT NULL, offer_id TEXT NOT NULL, payment_id TEXT NOT NULL,
    sold_uses INTEGER NOT NULL, taken_seq INTEGER, returned_seq INTEGER
  ) STRICT`);
  const insert = connection.prepare<UseRow>(
    'INSERT INTO uses VALUES (@coupon_id, @offer_id, @payment_id, @sold_uses, @taken_seq, @returned_seq)',
  );
  const select = connection.prepare<[], UseRow>(
    'SELECT * FROM uses ORDER BY coupon_id, offer_id, taken_seq IS NULL, taken_seq, payment_id',
  );
  return {
    add({ couponId, offerId, paymentId, soldUses, takenSeq, returnedSeq }) {
      const ids = { coupon_id: couponId, offer_id: offerId, payment_id: paymentId };
      insert.run({ ...ids, sold_uses: soldUses, taken_seq: takenSeq, returned_seq: returnedSeq });
    },
    *inOrder() {
      for (const row of select.iterate()) {
        const ids = { couponId: row.coupon_id, offerId: row.offer_id, paymentId: row.payment_id };
        yield { ...ids, soldUses: row.sold_uses, takenSeq: row.taken_seq, returnedSeq: row.returned_seq };
      }
    },
    close: () => void connection.close(),
  };
}
