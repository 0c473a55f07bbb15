import type { PaymentId } from '@scanpay/shared/ids.ts';
import { createLineTally } from '@scanpay/shared/settlement/lines-digest.ts';
import {
  type Hop,
  type LinesDigest,
  makeStatementLines,
  type Statement,
  type StatementLine,
} from '@scanpay/shared/settlement/statement.ts';
import type { BookScope, SettlementStore, StoredStatement, Terminal } from '../../ports/settlement-store.ts';

type EventReader = Pick<SettlementStore, 'readEvents'>;

type Covering = Pick<Statement, 'businessDate' | 'deviceId' | 'receiver' | 'payoutDate'> &
  Partial<Pick<StoredStatement, 'coversDate'>>;

/** The part of a book that a statement is about. */
export function scopeOf({ businessDate, deviceId, receiver, payoutDate, coversDate = false }: Covering): BookScope {
  if (deviceId === null) return { businessDate, terminal: null };
  const merchantId = receiver as Terminal['merchantId'];
  return { businessDate, terminal: { deviceId, merchantId, payoutDate: coversDate ? 'any' : payoutDate } };
}

/** The lines a book makes on a hop, page by page and in order. */
export async function* readLinePages(store: EventReader, hop: Hop, scope: BookScope): AsyncGenerator<StatementLine[]> {
  let after: PaymentId | null = null;
  do {
    const { events, next }: Awaited<ReturnType<EventReader['readEvents']>> = await store.readEvents(scope, after);
    yield makeStatementLines(hop, events);
    after = next;
  } while (after !== null);
}

/** What a book says a statement of it must say. */
export async function digestBook(store: EventReader, hop: Hop, scope: BookScope): Promise<LinesDigest> {
  const tally = createLineTally();
  for await (const lines of readLinePages(store, hop, scope)) for (const line of lines) tally.add(line);
  return tally.digest();
}
