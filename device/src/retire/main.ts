import { randomBytes } from 'node:crypto';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { type ErrorCode, ScanPayError, toErrorBody } from '@scanpay/shared/errors.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { LocalConfig } from '../config.ts';
import { findService } from '../doctor/find-service.ts';
import { destroyIdentity } from '../drivers/identity/destroy-identity.ts';
import { createIdentityFolder } from '../drivers/identity/identity-folder.ts';
import { openSqliteJournal } from '../drivers/journal/sqlite-journal.ts';
import { readOwnFile } from '../enrol/read-box-config.ts';

const defaultConfigFile = '/etc/scanpay/box.json';
const serviceWaitMs = 2_000;

const usage = `usage: scanpay-device retire [--config FILE] (--check | --destroy-keys) [--force]
  --check         only says what is still open; changes nothing
  --destroy-keys  destroys the box's keys and puts its journal aside; the service must be stopped
  --force         although something is open: that is then lost to this box
prints one line of JSON; exit code: 0 done (or nothing open), 1 refused, 2 wrong arguments or configuration
`;

interface Open {
  deviceId: string | null;
  payments: number;
  cancels: number;
  receipts: number;
}

function readOpen({ dataDir }: LocalConfig): Open {
  const deviceId = createIdentityFolder(join(dataDir, 'identity')).read()?.deviceId ?? null;
  const path = join(dataDir, 'box.sqlite');
  if (!existsSync(path)) return { deviceId, payments: 0, cancels: 0, receipts: 0 };
  const journal = openSqliteJournal(path);
  try {
    return {
      deviceId,
      payments: journal.openPayments().length,
      cancels: journal.openCancels().length,
      receipts: journal.countWaitingReceipts(),
    };
  } finally {
    journal.close();
  }
}

/** The journal is evidence: it is kept, under the name of the box it was of. Folded into one file when it was closed. */
function putJournalAside({ dataDir }: LocalConfig, deviceId: string | null): string | null {
  const path = join(dataDir, 'box.sqlite');
  if (!existsSync(path)) return null;
  const nowMs = systemScheduler.nowMs();
  const aside = join(dataDir, `retired-${deviceId ?? 'box'}-${businessDateAt(nowMs)}-${nowMs}.sqlite`);
  renameSync(path, aside);
  return aside;
}

/** `scanpay-device retire`, with the arguments after it. Gives the exit code, as `usage` has it. */
export async function runRetire(args: readonly string[]): Promise<number> {
  const flag = { type: 'boolean' } as const;
  try {
    const options = { config: { type: 'string' }, check: flag, 'destroy-keys': flag, force: flag, help: flag } as const;
    const { values } = parseArgs({ args: [...args], options });
    const isDestroying = values['destroy-keys'] ?? false;
    if (values.help || isDestroying === (values.check ?? false)) {
      (values.help ? process.stdout : process.stderr).write(usage);
      return values.help ? 0 : 2;
    }
    const { config } = readOwnFile(values.config ?? process.env.SCANPAY_CONFIG ?? defaultConfigFile);
    const open = readOpen(config);
    const isDrained = open.payments + open.cancels + open.receipts === 0;
    if (!isDrained && !values.force) return refuseWith('not_drained', open);
    if (!isDestroying) return tell({ ok: true, ...open });
    const { service } = await findService(config.counter, serviceWaitMs);
    if (service === 'running') return refuseWith('service_running', open);
    const journal = putJournalAside(config, open.deviceId);
    const destroyed = destroyIdentity(join(config.dataDir, 'identity'), randomBytes);
    return tell({ ok: true, ...open, destroyed, journal });
  } catch (error) {
    process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
    return 2;
  }
}

function tell(said: object): number {
  process.stdout.write(`${JSON.stringify(said)}\n`);
  return 0;
}

function refuseWith(code: ErrorCode, open: Open): number {
  process.stdout.write(`${JSON.stringify({ ok: false, ...toErrorBody(code), ...open })}\n`);
  return 1;
}
