import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { Kysely } from 'kysely';
import type { NonceStore } from '../../../ports/peer-link.ts';

/** A signature that was used, as long as it could be shown again. */
interface LinkNonceTable {
  key_id: string;
  nonce: string;
  expires_at_ms: number;
}

export interface LinkTables {
  link_nonces: LinkNonceTable;
}

/** Narrows a company's own database to this part; Kysely's types are invariant, so this is the one cast. */
export const asLinks = <Tables>(db: Kysely<Tables>): Kysely<LinkTables> => db as unknown as Kysely<LinkTables>;

interface Use {
  row: LinkNonceTable;
  nowMs: number;
  resolve(isFirst: boolean): void;
  reject(error: unknown): void;
}

const limits = { maxWaiting: 10_000, maxBatch: 500, forgetEveryMs: 10_000 };

/** Uses that come in together are written together: a commit costs more than a row. */
export function createNonceStore(db: Kysely<LinkTables>): NonceStore {
  let waiting: Use[] = [];
  let isWriting = false;
  let forgetAtMs = 0;

  const write = async (batch: Use[]): Promise<void> => {
    const nowMs = Math.max(...batch.map((each) => each.nowMs));
    const used = new Set<string>();
    if (nowMs >= forgetAtMs) {
      await db.deleteFrom('link_nonces').where('expires_at_ms', '<', nowMs).execute();
      forgetAtMs = nowMs + limits.forgetEveryMs;
    }
    const inserted = await db
      .insertInto('link_nonces')
      .values(batch.map(({ row }) => row))
      .onConflict((conflict) => conflict.columns(['key_id', 'nonce']).doNothing())
      .returning(['key_id', 'nonce'])
      .execute();
    const first = new Set(inserted.map(nameOf));
    for (const { row, resolve } of batch) {
      const name = nameOf(row);
      // The same one twice in one batch: only one of them is the first.
      resolve(first.has(name) && !used.has(name));
      used.add(name);
    }
  };
  const writeAll = async (): Promise<void> => {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limits.maxBatch);
      waiting = waiting.slice(limits.maxBatch);
      await write(batch).catch((error: unknown) => {
        for (const { reject } of batch) reject(error);
      });
    }
    isWriting = false;
  };

  return {
    use({ keyId, nonce, expiresAtMs }, nowMs) {
      if (waiting.length >= limits.maxWaiting) {
        return Promise.reject(new ScanPayError('rate_limited', 'too many calls of other companies wait'));
      }
      return new Promise((resolve, reject) => {
        waiting.push({ row: { key_id: keyId, nonce, expires_at_ms: expiresAtMs }, nowMs, resolve, reject });
        if (!isWriting) void writeAll();
      });
    },
  };
}

const nameOf = ({ key_id, nonce }: Pick<LinkNonceTable, 'key_id' | 'nonce'>): string => `${key_id} ${nonce}`;
