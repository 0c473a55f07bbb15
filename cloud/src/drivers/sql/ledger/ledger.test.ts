import { useTestDatabases } from '../testing/test-databases.ts';
import { describeLedger } from './testing/ledger-contract.ts';

for (const database of useTestDatabases()) describeLedger(database);
