import type { CardTables } from '@scanpay/cloud/drivers/sql/card/tables.ts';
import { createSqliteKysely } from '@scanpay/cloud/drivers/sql/database.ts';
import type { OperatorTables } from '@scanpay/cloud/drivers/sql/operator/tables.ts';
import type { PgTables } from '@scanpay/cloud/drivers/sql/pg/tables.ts';
import { auditBooks } from '@scanpay/cloud/verify/audit-books.ts';
import type { Check } from './check.ts';
import { trustedKeys } from './trusted-keys.ts';

/** DESIGN §7 and the promise of proof: every entry of every book follows from what terminals and companies signed. */
export const evidenceFollows: Check = {
  name: 'evidence-follows',
  rule: '§7',
  claim: 'every payment entry of every company follows from signed evidence, and all of the evidence is booked',
  async audit({ books }, report) {
    const opened = {
      operator: createSqliteKysely<OperatorTables>(books.operator),
      pg: createSqliteKysely<PgTables>(books.pg),
      card: createSqliteKysely<CardTables>(books.card),
    };
    // At rest nothing is on its way.
    const { evidence } = await auditBooks(opened, trustedKeys, Number.MAX_SAFE_INTEGER);
    for (const finding of evidence.findings) report(finding.paymentId, `evidence: ${JSON.stringify(finding)}`);
    if (evidence.underWay > 0)
      report(null, `${evidence.underWay} bookings are on their way though the world is at rest`);
  },
};
