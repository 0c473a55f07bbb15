import type { PlantedFault } from './planted-fault.ts';

/** Faults where simulated worlds do not come to: disputed lines, cash receipts, and books that somebody has changed. */
export const settlementFaults: readonly PlantedFault[] = [
  {
    name: 'a disputed line can be settled twice',
    file: 'cloud/src/drivers/sql/ledger/line-store.ts',
    before: " || lines.some((each) => isOf(each, line) && each.state === 'settled')) return false;\n",
    after: ') return false;\n',
    why: '§7: only the name of its entry would then keep the agreed amount from moving twice',
    test: 'cloud/src/drivers/sql/ledger/line-store.test.ts',
  },
  {
    name: 'operator asks for a cash receipt anew where no answer came',
    file: 'cloud/src/roles/operator/cash-receipts/receipt-sender.ts',
    before: "'issue' ? issuer.issue(details)",
    after: `'issue' ? issuer.issue({ ...details, orderId: \`\${orderId}/\${order.tries}\` })`,
    why: '§3: unknown outcomes are resolved, never guessed; the tax service would have two receipts of one sale',
    test: 'cloud/src/roles/operator/payments/cash-receipt.test.ts',
  },
  {
    name: 'operator drops a cash receipt that may have been issued',
    file: 'cloud/src/core/cash-receipt/decide-order.ts',
    before: "    return isReversed && order.tries === 0 ? { do: 'drop' } : { do: 'issue' };\n",
    after: "    return isReversed ? { do: 'drop' } : { do: 'issue' };\n",
    why: '§3: the tax service would have a receipt of a sale that never happened',
    test: 'cloud/src/core/cash-receipt/decide-order.test.ts',
  },
  {
    name: 'the audit takes no look at the signed heads of closed dates',
    file: 'cloud/src/core/settle/audit-book.ts',
    before: '  const headsFault = await auditHeads(subject, counts);\n',
    after:
      '  const headsFault = counts.statements < 0 ? await auditHeads(subject, counts) : undefined;\n  counts.sealedDates = (await book.listDayHeads()).length;\n',
    why: '§7: a book written anew from the first entry on would pass',
    test: 'cloud/src/core/settle/audit-book.test.ts',
  },
  {
    name: 'the audit does not hold what a company booked against what the other signed',
    file: 'cloud/src/core/audit/compare-companies.ts',
    before: '  if (word.company !== up.company || !agree(said, word)) {\n',
    after: '  if (word.company !== up.company) {\n',
    why: '§7: one won moved between two companies would pass',
    test: 'cloud/src/verify/verify-terms.test.ts',
  },
];
