import { useTestDatabases } from '../testing/test-databases.ts';
import { describeScheduleStore } from './testing/schedule-store-contract.ts';

for (const database of useTestDatabases()) describeScheduleStore(database);
