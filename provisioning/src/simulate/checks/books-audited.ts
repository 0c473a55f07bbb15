import { trustNeighbours } from '@scanpay/cloud/core/audit/statement-trust.ts';
import { auditBook } from '@scanpay/cloud/core/settle/audit-book.ts';
import { createSqliteKysely } from '@scanpay/cloud/drivers/sql/database.ts';
import { createBookReader } from '@scanpay/cloud/drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '@scanpay/cloud/drivers/sql/ledger/settlement-store.ts';
import type { LedgerTables } from '@scanpay/cloud/drivers/sql/ledger/tables.ts';
import { createOperatorStore } from '@scanpay/cloud/drivers/sql/operator/operator-store.ts';
import type { OperatorTables } from '@scanpay/cloud/drivers/sql/operator/tables.ts';
import { openTerminalTrust } from '@scanpay/cloud/verify/open-trust.ts';
import type { Check } from './check.ts';
import { trustedKeys } from './trusted-keys.ts';

/**
 * DESIGN §8.4 and §7: books are append-only and every closed date is sealed. The auditor's own programme goes through
 * each book from its first entry on, whatever crashed while it was written.
 */
export const booksAudited: Check = {
  name: 'books-audited',
  rule: '§8.4',
  claim: 'each book proves itself: chained entries, right postings, every closed date sealed, statements borne out',
  async audit({ books }, report) {
    const operatorDb = createSqliteKysely<OperatorTables>(books.operator);
    const { boxKeys } = openTerminalTrust(createOperatorStore(operatorDb), trustedKeys);
    for (const company of ['card', 'pg', 'operator'] as const) {
      const db = createSqliteKysely<LedgerTables>(books[company]);
      const book = createBookReader(db);
      const { finding, sealedDates } = await auditBook({
        company,
        book,
        store: createSettlementStore(db),
        trust: trustNeighbours(company, trustedKeys.companies, boxKeys),
      });
      if (finding !== null) report(null, `the audit of ${company} finds ${JSON.stringify(finding)}`);
      const closed = (await book.listClosedDates()).length;
      if (finding === null && sealedDates !== closed) {
        report(null, `${company} has closed ${closed} dates and sealed ${sealedDates}`);
      }
    }
  },
};
