import { useTestDatabases } from '../testing/test-databases.ts';
import { describePgScheduleStore } from './testing/schedule-store-contract.ts';

for (const database of useTestDatabases()) describePgScheduleStore(database);
