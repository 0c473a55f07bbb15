import { type Metrics, readEach, readOne } from '@scanpay/shared/metrics/metrics.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';

/** What every company has: a database, and statements on their way. */
export function meterBooks(
  metrics: Metrics,
  books: { store: Pick<SettlementStore, 'countOpenStatements'>; readSizeBytes(): Promise<number> },
): void {
  metrics.gauge(
    { name: 'statements_open', help: 'Statements that are not paid, by state', labels: ['state'] },
    readEach('state', () => books.store.countOpenStatements()),
  );
  metrics.gauge(
    { name: 'database_bytes', help: 'Size of the company’s database', labels: [] },
    readOne(books.readSizeBytes),
  );
}
