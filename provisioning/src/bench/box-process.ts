import { DeviceConfigSchema } from '@scanpay/device/config.ts';
import { startBox } from '@scanpay/device/main.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { answerQuestions, nowUs } from './answer-questions.ts';

/** What the box tells when its light is told to show an approval; microseconds. */
export interface LitEvent {
  litUs: number;
  /** The journal's commits since the last such event. */
  commits: { beginUs: number; endUs: number }[];
}

/** The ordinary box, its light a `log` light whose log is a stopwatch. */
const config = readConfigFile(DeviceConfigSchema, process.argv[3] ?? '');
const commits: LitEvent['commits'] = [];
const ignore = (): void => undefined;

function info(fields: object, text: string): void {
  if (text !== 'light' || !('pattern' in fields) || fields.pattern !== 'approved') return;
  const litUs = nowUs();
  process.send?.({ event: { litUs, commits: commits.splice(0) } satisfies LitEvent });
}

const running = await startBox(config, {
  log: { info, warn: ignore, error: (fields, text) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`) },
  wrapJournal: (journal) => ({
    ...journal,
    commit(changes) {
      const beginUs = nowUs();
      journal.commit(changes);
      if (changes.length > 0) commits.push({ beginUs, endUs: nowUs() });
    },
  }),
});
answerQuestions(
  { counter: running.counterUrl },
  () => null,
  () => running.stop(),
);
