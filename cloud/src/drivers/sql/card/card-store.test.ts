import { useTestDatabases } from '../testing/test-databases.ts';
import { describeCardStore } from './testing/card-store-contract.ts';

for (const database of useTestDatabases()) describeCardStore(database);
