import { auditBook } from '@scanpay/cloud/core/settle/audit-book.ts';
import { previousCompany } from '@scanpay/cloud/core/settle/hops.ts';
import { createSqliteKysely } from '@scanpay/cloud/drivers/sql/database.ts';
import { createBookReader } from '@scanpay/cloud/drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '@scanpay/cloud/drivers/sql/ledger/settlement-store.ts';
import type { LedgerTables } from '@scanpay/cloud/drivers/sql/ledger/tables.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { JwsSigner, ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { cardSigner, operatorKeys, pgKeys, publicKeysOf } from '../cloud/cast.ts';
import type { Check } from './check.ts';

const keysOf = (signer: JwsSigner): ResolveKey => {
  const keys = publicKeysOf(signer);
  return (kid) => keys.get(kid);
};
const keys: Record<Company, ResolveKey> = {
  card: keysOf(cardSigner),
  pg: keysOf(pgKeys.signer),
  operator: keysOf(operatorKeys.message),
};

/**
 * DESIGN §8.4 and §7: books are append-only and every closed date is sealed. The auditor's own programme goes through
 * each book from its first entry on, whatever crashed while it was written.
 */
export const booksAudited: Check = {
  name: 'books-audited',
  rule: '§8.4',
  claim: 'each book proves itself: chained entries, right postings, every closed date sealed, statements borne out',
  async audit({ books }, report) {
    for (const company of ['card', 'pg', 'operator'] as const) {
      const db = createSqliteKysely<LedgerTables>(books[company]);
      const book = createBookReader(db);
      const sender = previousCompany[company];
      const { finding, sealedDates } = await auditBook({
        company,
        book,
        store: createSettlementStore(db),
        ownKeys: keys[company],
        senderKeys: sender === null ? () => undefined : keys[sender],
      });
      if (finding !== null) report(null, `the audit of ${company} finds ${JSON.stringify(finding)}`);
      const closed = (await book.listClosedDates()).length;
      if (finding === null && sealedDates !== closed) {
        report(null, `${company} has closed ${closed} dates and sealed ${sealedDates}`);
      }
    }
  },
};
