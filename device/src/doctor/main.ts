import { parseArgs } from 'node:util';
import type { BoxView } from '@scanpay/shared/api/box.ts';
import type { SignedHandOver } from '@scanpay/shared/api/hand-over.ts';
import { formatSeoulTime } from '@scanpay/shared/clock.ts';
import { errorTable, type Result, toErrorBody } from '@scanpay/shared/errors.ts';
import type { Receipt } from '@scanpay/shared/receipt/receipt-model.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { DeviceConfig } from '../config.ts';
import type { ServiceState } from '../core/doctor/check-list.ts';
import { formatReport } from '../core/doctor/format-report.ts';
import {
  allWell,
  type DoctorReport,
  exitCodeOf,
  type Finding,
  skip,
  warn,
  worstOutcome,
} from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';
import { checkSqliteJournal } from '../drivers/journal/check-journal.ts';
import { renderReceipt } from '../drivers/print/receipt-renderer.ts';
import { createRepeatFilter } from '../drivers/scan/repeat-filter.ts';
import { readBoxConfig } from '../enrol/read-box-config.ts';
import { createLight, createPrinter, createScanner, createUplink, identityOf } from '../pick-instruments.ts';
import { askHandOver } from './ask-hand-over.ts';
import { findService } from './find-service.ts';
import { listPlaceChecks } from './place-checks.ts';
import { probeLight, probePrint, probePrinter, probeScanner } from './probe-instruments.ts';
import { type Check, runChecks } from './run-checks.ts';

const scheduler = systemScheduler;
const defaultConfigFile = '/etc/scanpay/box.json';

/** How long each probe waits for its first sign of life. */
const waitMs = { service: 2_000, scanner: 12_000 };

/**
 * Looks at everything the configuration names, with the drivers the box itself would take. A running box keeps its
 * instruments: it is asked what it knows of them.
 */
async function examine(config: DeviceConfig, options: { print: boolean }): Promise<DoctorReport> {
  const startedAtMs = scheduler.nowMs();
  const { service, running } = await findService(config.counter, waitMs.service);
  const checks: Check[] = [
    { check: 'service', probe: async () => describeService(service, running, config) },
    ...instrumentChecks(config),
    ...(options.print ? [printCheck(config)] : []),
    ...listPlaceChecks(config, { createUplink, checkJournal: checkSqliteJournal }),
  ];
  const results = await runChecks(checks, { scheduler, service, running });
  return { v: 1, deviceId: config.deviceId, startedAtMs, outcome: worstOutcome(results), checks: results };
}

function describeService(service: ServiceState, running: BoxView | undefined, config: DeviceConfig): Finding {
  const address = `${config.counter.host}:${config.counter.port}`;
  if (service === 'stopped') return allWell(`not running: nobody answers at ${address}`);
  if (service === 'unknown') return skip('counter.port is 0: it cannot be told whether the service runs');
  if (running === undefined) return warn(`somebody answers at ${address}, but not as this box`, advice.stopService);
  if (running.deviceId === config.deviceId) return allWell(`running: asked at ${address} for what it holds`);
  return warn(`running at ${address}, as ${running.deviceId}, not ${config.deviceId}`, advice.stopService);
}

function instrumentChecks(config: DeviceConfig): Check[] {
  const repeats = createRepeatFilter({ clock: scheduler, windowMs: config.repeatWindowMs });
  const scanners = config.scanners.map((scanner): Check => {
    const { kind } = scanner;
    return {
      check: 'scanner',
      part: kind === 'camera' ? kind : scanner.path,
      probe: () =>
        probeScanner({
          kind,
          createScanner: (events) => createScanner(scanner, repeats, events, []),
          waitMs: waitMs.scanner,
          scheduler,
        }),
    };
  });
  return [
    ...scanners,
    {
      check: 'light',
      probe: () => probeLight(createLight(config.light, silentLog)),
    },
    {
      check: 'printer',
      part: printerAddress(config.printer),
      probe: async () =>
        config.printer.kind === 'none' ? skip('no printer configured') : probePrinter(createPrinter(config.printer)),
    },
  ];
}

function printerAddress(printer: DeviceConfig['printer']): string {
  if (printer.kind === 'tcp') return `${printer.host}:${printer.port}`;
  return printer.kind === 'serial' ? printer.path : '';
}

/** The report says it all. */
const silentLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

function printCheck(config: DeviceConfig): Check {
  const printedAtMs = scheduler.nowMs();
  const lines = [
    config.merchant.name,
    config.deviceId,
    formatSeoulTime(printedAtMs),
    '가나다라마바사 ABCDEFG 0123456789',
  ];
  const slip: Receipt = { kind: 'notice', title: '시험 인쇄 / Test print', lines, printedAtMs, reprint: false };
  const probe = async (): Promise<Finding> => {
    const { bytes } = await renderReceipt(slip, config.printer);
    return probePrint(createPrinter(config.printer), bytes);
  };
  return { check: 'print', probe };
}

const usage = `usage: scanpay-device doctor [--config FILE] [--json] [--print] [--hand-over TECHNICIAN]
  --config FILE  the box's configuration (default: $SCANPAY_CONFIG, or ${defaultConfigFile})
  --json         the report as one line of JSON
  --print        print a test slip too (only while the box service is stopped)
  --hand-over TECHNICIAN
                 have the running box sign these results and print them for the shop; not when there is a fault
exit code: 0 the box can be used (warnings allowed), 1 a fault, 2 no configuration to go by or wrong arguments
`;

/** `scanpay-device doctor`, with the arguments after it. Gives the exit code, as `usage` has it. */
export async function runDoctor(args: readonly string[]): Promise<number> {
  try {
    const options = {
      config: { type: 'string' },
      json: boolean,
      print: boolean,
      'hand-over': { type: 'string' },
      help: boolean,
    } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      await write(process.stdout, usage);
      return 0;
    }
    const path = values.config ?? process.env.SCANPAY_CONFIG ?? defaultConfigFile;
    const config = readBoxConfig(path, (dataDir) => identityOf(dataDir).read());
    const report = await examine(config, { print: values.print ?? false });
    const technician = values['hand-over'];
    if (technician !== undefined) return await handOver(config, technician, report, values.json ?? false);
    await write(process.stdout, values.json ? `${JSON.stringify(report)}\n` : formatReport(report));
    return exitCodeOf(report);
  } catch (error) {
    await write(process.stderr, `${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}

async function handOver(
  config: DeviceConfig,
  technician: string,
  report: DoctorReport,
  asJson: boolean,
): Promise<number> {
  const signed: Result<SignedHandOver> =
    exitCodeOf(report) === 0
      ? await askHandOver(config.counter, technician, report)
      : { ok: false, code: 'hand_over_fault', detail: '' };
  if (asJson) {
    const said = signed.ok ? { ok: true, ...signed.value } : { ok: false, ...toErrorBody(signed.code, signed.detail) };
    await write(process.stdout, `${JSON.stringify({ ...said, report })}\n`);
  } else {
    await write(process.stdout, formatReport(report));
    const { ko, en } = signed.ok ? { ko: '인수증을 출력합니다.', en: 'The slip is printed.' } : errorTable[signed.code];
    await write(process.stdout, `${ko}\n${en}\n${signed.ok ? signed.value.digest : signed.detail}\n`);
  }
  return signed.ok ? 0 : 1;
}

const boolean = { type: 'boolean' } as const;

const write = (stream: NodeJS.WriteStream, text: string): Promise<void> =>
  new Promise((resolve) => stream.write(text, () => resolve()));

// An instrument that hangs beyond its deadline must not keep the technician waiting: the process ends here.
if (import.meta.main) process.exit(await runDoctor(process.argv.slice(2)));
