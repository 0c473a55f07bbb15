import { useTestDatabases } from '../testing/test-databases.ts';
import { describePgPaymentStore } from './testing/payment-store-contract.ts';
import { describeRegistrationStore } from './testing/registration-store-contract.ts';

for (const database of useTestDatabases()) {
  describeRegistrationStore(database);
  describePgPaymentStore(database);
}
