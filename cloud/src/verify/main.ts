/**
 * `scanpay-cloud verify (--data DIR | --config FILE) [--keys FILE] [--json]`, also `node cloud/src/verify/main.ts`: an
 * auditor's check of the companies' books, which takes nothing for granted but the public keys in the keys file (default:
 * `public-keys.json` in DIR, or beside FILE). Opens the databases for reading only, SQLite or PostgreSQL; the cloud may be
 * running.
 *
 * Exit code 0: everything follows; 1: something does not, and what does not is named; 2: cannot be checked.
 */
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { auditBooks, type FullAudit, followsAll } from './audit-books.ts';
import { formatAudit } from './format-audit.ts';
import { formatEvidence } from './format-evidence.ts';
import { type BookPlace, closeBooks, openBooks, readAtOnce } from './open-books.ts';
import { readPublicKeys } from './read-keys.ts';

const options = {
  data: { type: 'string' },
  config: { type: 'string' },
  keys: { type: 'string' },
  json: { type: 'boolean' },
} as const;

async function audit(place: BookPlace, keysFile: string): Promise<FullAudit> {
  const trusted = readPublicKeys(keysFile);
  const books = openBooks(place);
  try {
    const readAtMs = systemScheduler.nowMs();
    return await readAtOnce(books, (snapshots) => auditBooks(snapshots, trusted, readAtMs));
  } finally {
    await closeBooks(books);
  }
}

function formatText({ books, evidence }: FullAudit): string {
  return [...books.map(formatAudit), formatEvidence(evidence)].join('\n');
}

/** Resolves with the exit code. */
export async function runVerify(args: readonly string[]): Promise<number> {
  try {
    const { values } = parseArgs({ options, args: [...args] });
    const { data, config } = values;
    if ((data === undefined) === (config === undefined)) {
      throw new ScanPayError('configuration', 'say --data DIR or --config FILE');
    }
    const place = data === undefined ? { config: config ?? '' } : { data };
    const keysFile = values.keys ?? join(data ?? dirname(config ?? ''), 'public-keys.json');
    const full = await audit(place, keysFile);
    const follows = followsAll(full);
    process.stdout.write(
      `${values.json === true ? JSON.stringify({ follows, ...full }, null, 2) : formatText(full)}\n`,
    );
    return follows ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
}

if (import.meta.main) process.exitCode = await runVerify(process.argv.slice(2));
