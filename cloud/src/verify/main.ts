/**
 * `node cloud/src/verify/main.ts --data DIR [--keys FILE] [--json]`: an auditor's check of the companies' books, which
 * takes nothing for granted but their public keys. Opens the databases for reading only; the cloud may be running.
 *
 * Exit code 0: everything follows; 1: something does not, and the first such thing is named; 78: cannot be checked.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import Database from 'better-sqlite3';
import { type AuditReport, auditBook } from '../core/settle/audit-book.ts';
import { previousCompany } from '../core/settle/hops.ts';
import { createSqliteKysely } from '../drivers/sql/database.ts';
import { createBookReader } from '../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../drivers/sql/ledger/settlement-store.ts';
import type { LedgerTables } from '../drivers/sql/ledger/tables.ts';
import type { Company } from '../ports/ledger.ts';
import { formatAudit } from './format-audit.ts';
import { readPublicKeys } from './read-keys.ts';

const companies = ['card', 'pg', 'operator'] as const satisfies readonly Company[];
const nobody = (): undefined => undefined;

/** @throws ScanPayError `configuration` when a database or the keys are missing. */
async function auditAll(dataDir: string, keysFile: string): Promise<AuditReport[]> {
  const keys = readPublicKeys(keysFile);
  const reports: AuditReport[] = [];
  for (const company of companies) {
    const path = join(dataDir, company, `${company}.sqlite`);
    if (!existsSync(path)) throw new ScanPayError('configuration', `${path} is not there`);
    const db = createSqliteKysely<LedgerTables>(new Database(path, { readonly: true, timeout: 5_000 }));
    const sender = previousCompany[company];
    try {
      reports.push(
        await auditBook({
          company,
          book: createBookReader(db),
          store: createSettlementStore(db),
          ownKeys: keys[company],
          senderKeys: sender === null ? nobody : keys[sender],
        }),
      );
    } finally {
      await db.destroy();
    }
  }
  return reports;
}

const options = { data: { type: 'string' }, keys: { type: 'string' }, json: { type: 'boolean' } } as const;
try {
  const { values } = parseArgs({ options });
  if (values.data === undefined) throw new ScanPayError('configuration', 'say --data DIR');
  const reports = await auditAll(values.data, values.keys ?? join(values.data, 'public-keys.json'));
  const text = values.json === true ? JSON.stringify({ reports }, null, 2) : reports.map(formatAudit).join('\n');
  process.stdout.write(`${text}\n`);
  process.exitCode = reports.every(({ finding }) => finding === null) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 78;
}
