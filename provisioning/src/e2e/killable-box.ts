import { readOwnConfig, startBox } from '@scanpay/device/main.ts';
import { createPowerSwitch } from './killable.ts';

/** The ordinary box, with a power switch at every commit of its journal. */
const power = createPowerSwitch();
const config = readOwnConfig(process.argv[3] ?? '');
const running = await startBox(config, {
  wrapJournal: (journal) => ({
    ...journal,
    commit(changes) {
      if (changes.length === 0) return;
      power.around(() => journal.commit(changes));
    },
  }),
});
process.send?.({ ready: { counter: running.counterUrl } });
process.once('SIGTERM', () => void running.stop().then(() => process.exit(0)));
