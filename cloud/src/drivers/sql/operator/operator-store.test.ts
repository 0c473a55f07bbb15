import { useTestDatabases } from '../testing/test-databases.ts';
import { describeCashReceiptStore } from './testing/cash-receipt-contract.ts';
import { describeIssueStore } from './testing/issue-store-contract.ts';
import { describePaymentStore } from './testing/payment-store-contract.ts';
import { describePaymentsAtOnce } from './testing/payments-at-once-contract.ts';

for (const database of useTestDatabases()) {
  describeCashReceiptStore(database);
  describeIssueStore(database);
  describePaymentStore(database);
  describePaymentsAtOnce(database);
}
