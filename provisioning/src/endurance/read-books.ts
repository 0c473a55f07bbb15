import { join } from 'node:path';
import Database from 'better-sqlite3';
import iconv from 'iconv-lite';
import type { Slip } from './judge-books.ts';

const companies = ['operator', 'pg', 'card'] as const;
const reprintBanner = iconv.encode('재출력', 'cp949');
const busyMs = 10_000;

/** Net charges in each company's ledger below `dataDir`, by payment id. */
export function readCharges(dataDir: string): Map<string, Map<string, number>> {
  return new Map(companies.map((company) => [company, readLedger(join(dataDir, company, `${company}.sqlite`))]));
}

function readLedger(path: string): Map<string, number> {
  const rows = readRows<{ payment_id: string; net: number }>(
    path,
    `SELECT payment_id, SUM(CASE kind WHEN 'sale' THEN 1 ELSE -1 END) AS net FROM ledger_entries
     WHERE payment_id IS NOT NULL GROUP BY payment_id`,
  );
  return new Map(rows.map(({ payment_id, net }) => [payment_id, net]));
}

function readRows<Row>(path: string, sql: string): Row[] {
  const db = new Database(path, { readonly: true, timeout: busyMs });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

/** States of all payments in a box's journal, by payment id, oldest first. */
export function readJournal(path: string): Map<string, string> {
  const rows = readRows<{ payment_id: string; state: string }>(
    path,
    'SELECT payment_id, state FROM payments ORDER BY opened_at_ms, payment_id',
  );
  return new Map(rows.map(({ payment_id, state }) => [payment_id, state]));
}

/** @returns the payments that a piece of paper names; one that power cut short may have two jobs on it. */
export function readSlip(bytes: Uint8Array): Slip[] {
  const text = Buffer.from(bytes);
  const ids = text.toString('latin1').match(/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
  const isReprint = text.includes(reprintBanner);
  return [...new Set(ids)].map((paymentId) => ({ paymentId, isReprint }));
}
