import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import type { HealthCheck } from '@scanpay/shared/supervision/service-manager.ts';
import { createPromMetrics } from '@scanpay/shared/system/metrics/prom-metrics.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';
import { superviseProcess } from '@scanpay/shared/system/supervise-process.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import pino from 'pino';
import { type AskedService, createCloudCheck } from './check-cloud.ts';
import { checkStaff } from './check-staff.ts';
import type { CompanySetting, RunningCompany } from './company.ts';
import { type CloudConfig, CloudConfigSchema } from './config.ts';
import { companies } from './core/settle/hops.ts';
import { createMmsOutbox } from './drivers/mms/mms-outbox.ts';
import { askService } from './drivers/peers/ask-service.ts';
import { createHttpCall } from './drivers/peers/fetch-call.ts';
import type { HttpCall } from './drivers/peers/http-call.ts';
import { createHttpDownload } from './drivers/peers/http-download.ts';
import { createInjectCall } from './drivers/peers/inject-call.ts';
import { openSqliteFile, type SqliteConnection } from './drivers/sql/database.ts';
import type { Company } from './ports/ledger.ts';
import type { PeerLink } from './ports/peer-link.ts';
import { setUpCard } from './roles/card/main.ts';
import { setUpOperator } from './roles/operator/main.ts';
import { setUpPg } from './roles/pg/main.ts';
import { createSandboxApp } from './roles/sandbox/sandbox-app.ts';

/** For a call between companies; shorter than what waits for it. */
const peerDeadlineMs = 8_000;

export interface RunningCloud {
  /** Where each service listens, by name. */
  addresses: Record<string, string>;
  /**
   * Goes on with the keys of this configuration; all else in it waits for the next start.
   * @throws ScanPayError `configuration`; a company that refused goes on with the keys it had
   */
  changeKeys(next: CloudConfig): Promise<void>;
  check: HealthCheck;
  stop(): Promise<void>;
}

export interface CloudOverrides {
  openDatabase?: (path: string) => SqliteConnection;
}

/**
 * Starts the companies named, all three by default, as separate apps with separate databases in this process.
 * @throws ScanPayError `configuration` when a company's section is missing, or whoever reaches it is not asked who he is.
 */
export async function startCloud(
  config: CloudConfig,
  roles: readonly Company[] = companies,
  overrides: CloudOverrides = {},
): Promise<RunningCloud> {
  checkStaff(config, roles);
  const watchdogKey = randomBytes(32).toString('base64url');
  const running = new Map<Company, RunningCompany>();
  const mms = createMmsOutbox({ directory: join(config.dataDir, 'mms') });
  const callTo = (company: Company, url: string | null, link?: PeerLink): HttpCall => {
    const options = { deadlineMs: peerDeadlineMs, ...(link === undefined ? {} : { seal: { to: company, link } }) };
    if (url !== null) return createHttpCall({ baseUrl: url, ...options });
    if (!roles.includes(company)) throw new ScanPayError('configuration', `say where ${company} answers (its url)`);
    return createInjectCall({ inject: (request) => appOf(company).inject(request) }, options);
  };
  const appOf = (company: Company) => {
    const found = running.get(company);
    if (found === undefined) throw new ScanPayError('upstream_unavailable', `${company} is not up`);
    return found.app;
  };
  const settingOf = (company: string): CompanySetting<SqliteConnection, HttpCall> => {
    const folder = join(config.dataDir, company);
    return {
      folder,
      host: config.host,
      scheduler: systemScheduler,
      randomBytes,
      ids: createIdMaker(systemScheduler, randomBytes),
      log: pino(pino.destination({ dest: join(folder, `${company}.log`), mkdir: true, sync: true })),
      mms,
      openDatabase: overrides.openDatabase ?? openSqliteFile,
      callTo,
      watchdogKey,
      measured: createPromMetrics({ reach: config.metrics, labels: { company } }),
    };
  };
  const addresses: Record<string, string> = {};
  const hasAll = companies.every((company) => roles.includes(company));
  const sandbox =
    config.sandbox !== undefined && hasAll
      ? createSandboxApp({
          inbox: mms,
          // Staff's calls, which nobody signs.
          callTo: (company) => callTo(company, null),
          // Not within the process: over a connection a file comes no faster than it is taken, and ends with its reader.
          downloadFrom: (company) =>
            createHttpDownload({ baseUrl: () => addresses[company] ?? '', deadlineMs: peerDeadlineMs }),
          log: settingOf('sandbox').log,
        })
      : null;
  const stop = async (): Promise<void> => {
    await sandbox?.close();
    // Money flows card → PG → operator: who is asked last stops last.
    for (const company of [...running.keys()].reverse()) await running.get(company)?.stop();
  };
  try {
    for (const company of roles) running.set(company, await setUp(company, config, settingOf(company)));
    for (const [company, { app }] of running) {
      addresses[company] = await app.listen({ host: config.host, port: config[company]?.port ?? 0 });
    }
    for (const [, company] of running) {
      await company.start();
      Object.assign(addresses, company.addresses());
    }
    if (sandbox !== null) {
      addresses.sandbox = await sandbox.listen({ host: config.host, port: config.sandbox?.port ?? 0 });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  const changeKeys = async (next: CloudConfig): Promise<void> => {
    for (const company of running.values()) await company.changeKeys(next);
  };
  const asked = listAsked(config, roles, { addresses, watchdogKey });
  return { addresses, changeKeys, check: createCloudCheck(asked, askService), stop };
}

/** Each company is asked for something out of its books. */
function listAsked(
  config: CloudConfig,
  roles: readonly Company[],
  { addresses, watchdogKey }: { addresses: Record<string, string>; watchdogKey: string },
): AskedService[] {
  const today = businessDateAt(systemScheduler.nowMs());
  const asked = roles.map((company) => ({
    name: company,
    url: `${addresses[company]}/v1/settlement/statements?businessDate=${today}`,
    mustSucceed: config[company]?.database.kind === 'sqlite',
    authorization: `Bearer ${watchdogKey}`,
  }));
  const broker = config.operator?.broker;
  // By a name for boxes only, it need not be reached from here.
  if (
    !roles.includes('operator') ||
    broker?.kind !== 'embedded' ||
    (broker.boxes === 'certificate' && broker.url !== null)
  ) {
    return asked;
  }
  return [...asked, { name: 'broker', url: addresses.broker ?? '', mustSucceed: true }];
}

function setUp(
  company: Company,
  config: CloudConfig,
  setting: CompanySetting<SqliteConnection, HttpCall>,
): Promise<RunningCompany> {
  if (company === 'card' && config.card !== undefined) return setUpCard(config.card, setting);
  if (company === 'pg' && config.pg !== undefined) return setUpPg(config.pg, setting);
  if (company === 'operator' && config.operator !== undefined) return setUpOperator(config.operator, setting);
  throw new ScanPayError('configuration', `the section ${company} is missing`);
}

function readRoles(role: string | undefined): readonly Company[] {
  if (role === undefined) return companies;
  const found = companies.find((company) => company === role);
  if (found === undefined) throw new ScanPayError('configuration', `--role is one of ${companies.join(', ')}`);
  return [found];
}

const changeKeys = async (running: RunningCloud, path: string): Promise<void> =>
  running.changeKeys(readConfigFile(CloudConfigSchema, path));

if (import.meta.main) {
  const { values } = parseArgs({ options: { config: { type: 'string' }, role: { type: 'string' } } });
  try {
    if (values.config === undefined) throw new ScanPayError('configuration', 'say --config FILE');
    const path = values.config;
    const running = await startCloud(readConfigFile(CloudConfigSchema, path), readRoles(values.role));
    // Whoever started this process over IPC (the demo, the tests) learns the addresses from here.
    process.send?.({ ready: running.addresses });
    process.on('SIGHUP', () => {
      changeKeys(running, path).then(
        () => process.send?.({ reloaded: 'keys changed' }),
        (error: unknown) => {
          process.stderr.write(
            `the keys stay as they were: ${error instanceof Error ? error.message : String(error)}\n`,
          );
          process.send?.({ reloaded: String(error) });
        },
      );
    });
    await superviseProcess({ ...running, log: pino() });
  } catch (error) {
    process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
    process.exit(78);
  }
}
