import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import Database from 'better-sqlite3';
import { bookPath, companies, day } from './books.ts';

const sums = ['charged_won', 'card_fee_won', 'pg_fee_won', 'operator_fee_won', 'merchant_share_won'];

/** The limit it is held against: one bare SQL pass over each book that sums the same rows; the best of some, in ms. */
export function measureBarePass(folder: string, rounds: number): number {
  return companies.reduce((total, company) => total + measureBook(folder, company, rounds), 0);
}

function measureBook(folder: string, company: Company, rounds: number): number {
  const db = new Database(bookPath(folder, company), { readonly: true });
  const columns = sums.map((column) => `sum(${column})`).join(', ');
  const query = db.prepare(`select ${columns} from ledger_entries where business_date = ? and payment_id IS NOT NULL`);
  let bestMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round += 1) {
    const startedMs = performance.now();
    query.get(day);
    bestMs = Math.min(bestMs, performance.now() - startedMs);
  }
  db.close();
  return bestMs;
}
