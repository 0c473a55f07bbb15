import type { Metrics } from '@scanpay/shared/metrics/metrics.ts';
import type { MetricsPage } from '@scanpay/shared/metrics/metrics-access.ts';
import type { SettlementStore } from '../../ports/settlement-store.ts';
import { meterApp } from './meter-app.ts';
import { meterBooks } from './meter-books.ts';
import type { RoleApp } from './role-app.ts';

/** What every company is measured by: its calls, its books, and its process. */
export function meterCompany(
  app: RoleApp,
  measured: { metrics: Metrics; page: MetricsPage } | undefined,
  books: { store: Pick<SettlementStore, 'countOpenStatements'>; readSizeBytes(): Promise<number> },
): void {
  if (measured === undefined) return;
  meterApp(app, measured);
  meterBooks(measured.metrics, books);
}
