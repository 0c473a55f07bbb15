import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { auditEvidence, type EvidenceReport } from '../core/audit/audit-evidence.ts';
import { trustNeighbours } from '../core/audit/statement-trust.ts';
import { type AuditReport, auditBook } from '../core/settle/audit-book.ts';
import { companies } from '../core/settle/hops.ts';
import { createPaymentFileReader } from '../drivers/sql/audit/payment-files.ts';
import { createCardRecords, createOperatorRecords, createPgRecords } from '../drivers/sql/audit/record-readers.ts';
import { openUseTally } from '../drivers/sql/audit/use-tally.ts';
import { createBookReader } from '../drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '../drivers/sql/ledger/settlement-store.ts';
import { asLedger } from '../drivers/sql/ledger/tables.ts';
import { createOperatorStore } from '../drivers/sql/operator/operator-store.ts';
import type { Company } from '../ports/ledger.ts';
import type { Books } from './open-books.ts';
import { openTerminalTrust } from './open-trust.ts';
import type { TrustedKeys } from './read-keys.ts';

export interface FullAudit {
  /** Each book by itself: chain, balances, day heads, statements, money. */
  books: AuditReport[];
  /** All three together: every payment entry from what was signed. */
  evidence: EvidenceReport;
}

/** Everything that can be proved of the three companies' databases. `readAtMs`: when the operator's was opened. */
export async function auditBooks(books: Books, trusted: TrustedKeys, readAtMs: number): Promise<FullAudit> {
  const keys = trusted.companies;
  const terminals = openTerminalTrust(createOperatorStore(books.operator), trusted);
  const reports: AuditReport[] = [];
  const closed = new Map<Company, ReadonlySet<BusinessDate>>();
  for (const company of companies) {
    const db = asLedgerOf(books, company);
    const book = createBookReader(db);
    const trust = trustNeighbours(company, keys, terminals.boxKeys);
    reports.push(await auditBook({ company, book, store: createSettlementStore(db), trust }));
    closed.set(company, new Set(await book.listClosedDates()));
  }
  const closedOf = (company: Company) => closed.get(company) ?? new Set<BusinessDate>();
  const uses = openUseTally();
  const evidence = await auditEvidence({
    files: {
      operator: createPaymentFileReader(books.operator, createOperatorRecords(books.operator)),
      pg: createPaymentFileReader(books.pg, createPgRecords(books.pg)),
      card: createPaymentFileReader(books.card, createCardRecords(books.card)),
    },
    keys,
    closedDates: { card: closedOf('card'), pg: closedOf('pg'), operator: closedOf('operator') },
    terminals,
    uses,
    readAtMs,
  }).finally(uses.close);
  return { books: reports, evidence };
}

function asLedgerOf(books: Books, company: Company) {
  if (company === 'card') return asLedger(books.card);
  return company === 'pg' ? asLedger(books.pg) : asLedger(books.operator);
}

export const followsAll = ({ books, evidence }: FullAudit): boolean =>
  books.every(({ finding }) => finding === null) && evidence.findingCount === 0;
