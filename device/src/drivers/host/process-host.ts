import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EpochMsSchema, strictObject } from '@scanpay/shared/schema.ts';
import pino from 'pino';
import Type from 'typebox';
import { Check } from 'typebox/value';
import type { FatalEnd, Host } from '../../ports/host.ts';
import { createLogRing } from './log-ring.ts';

/** Characters of log kept for whoever collects it: some thousand lines. */
const maxLogChars = 512 * 1024;

const FatalEndSchema = strictObject({ atMs: EpochMsSchema, reason: Type.String({ maxLength: 1_000 }) });

/** This process as the box's host, with the log that it keeps the end of. */
export function openProcessHost(options: {
  dataDir: string;
  /** Null: standard output. */
  logFile: string | null;
  nowMs(): number;
  machine: Host['machine'];
  certificate: Host['certificate'];
  restart(): void;
}) {
  const { dataDir, logFile, nowMs } = options;
  const ring = createLogRing({ path: join(dataDir, 'last-run.log'), maxChars: maxLogChars });
  const destination = pino.destination({ dest: logFile ?? 1, mkdir: true, sync: true });
  const log = pino(
    {},
    pino.multistream([
      { level: 'trace', stream: destination },
      { level: 'trace', stream: ring },
    ]),
  );
  const fatalPath = join(dataDir, 'last-fatal.json');
  const lastFatal = readFatal(fatalPath);
  const host: Host = {
    readLog: ring.lines,
    machine: options.machine,
    certificate: options.certificate,
    lastFatal: () => lastFatal,
    restart: options.restart,
  };
  return {
    host,
    log,
    /** Once, as the process ends; with the error it ends of, if it could not go on. */
    end(fatal?: unknown): void {
      ring.save();
      if (fatal !== undefined) writeFatal(dataDir, fatalPath, { atMs: nowMs(), reason: String(fatal).slice(0, 1_000) });
    },
  };
}

function readFatal(path: string): FatalEnd | null {
  try {
    const data: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Check(FatalEndSchema, data) ? data : null;
  } catch {
    return null;
  }
}

function writeFatal(folder: string, path: string, fatal: FatalEnd): void {
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(path, JSON.stringify(fatal));
  } catch {
    // The disk that ended this run is the one that does not take this either.
  }
}
