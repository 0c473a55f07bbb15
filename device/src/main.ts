import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import type { HealthCheck } from '@scanpay/shared/supervision/service-manager.ts';
import { createPromMetrics } from '@scanpay/shared/system/metrics/prom-metrics.ts';
import { type RunningProgram, superviseProcess } from '@scanpay/shared/system/supervise-process.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import pino from 'pino';
import { type Box, createBox } from './box/box.ts';
import { meterBox, meterJournal, meterScans } from './box/box-metrics.ts';
import { createBoxCheck } from './box/check-box.ts';
import { createCounterBox } from './box/counter-box.ts';
import type { BoxDeps, Log } from './box/deps.ts';
import { createScannerSet } from './box/scanner-set.ts';
import { createSelfTest } from './box/self-test.ts';
import { carryOutLateOrders } from './claiming/late-orders.ts';
import { createReclaim } from './claiming/reclaim.ts';
import type { DeviceConfig } from './config.ts';
import { isNtpSynchronised } from './drivers/clock/timedatectl.ts';
import { isCounterAnswering } from './drivers/counter/ask-counter.ts';
import { createCounterServer } from './drivers/counter/counter-server.ts';
import { openProcessHost } from './drivers/host/process-host.ts';
import { checkSqliteJournal } from './drivers/journal/check-journal.ts';
import { openSqliteJournal } from './drivers/journal/sqlite-journal.ts';
import { renderReceipt } from './drivers/print/receipt-renderer.ts';
import { createRepeatFilter } from './drivers/scan/repeat-filter.ts';
import { createUpdateSide } from './drivers/update/update-side.ts';
import { createCertificateRenewer } from './enrol/certificate-renewer.ts';
import { createOperatorTrust } from './enrol/operator-trust.ts';
import { readBoxConfig, readOwnFile } from './enrol/read-box-config.ts';
import { createFleetDeps, createMachine } from './fleet/pick-drivers.ts';
import { createLife } from './life.ts';
import {
  createCamera,
  createLight,
  createPrinter,
  createScanner,
  createUplink,
  identityOf,
  readTls,
  type ScanningCamera,
} from './pick-instruments.ts';
import type { Journal } from './ports/journal.ts';
import type { ScannerEvents } from './ports/scanner.ts';
import { bootFolderOf, createWifi, enrolmentOf, firstSlipOf, needsSetUp, startSetUp } from './set-up-box.ts';

const scheduler = systemScheduler;

/** The configuration file, and who the box is: from its identity once it is enrolled. */
export const readOwnConfig = (path: string): DeviceConfig =>
  readBoxConfig(path, (dataDir) => identityOf(dataDir).read());

export interface RunningBox extends RunningProgram {
  box: Box;
  /** Where the counter page is. */
  counterUrl: string;
}

export interface BoxOverrides {
  log?: Log;
  wrapJournal?: (journal: Journal) => Journal;
  onFatal?: (error: unknown) => void;
  /** The box was enrolled again, and is to be started again with its new identity. Without it, it is not. */
  onReclaimed?: () => void;
}

const openLog = ({ logFile }: Pick<DeviceConfig, 'logFile'>): Log =>
  pino(pino.destination({ dest: logFile ?? 1, mkdir: true, sync: true }));

/** Puts the drivers that the configuration names behind the ports, and starts the box. */
export async function startBox(config: DeviceConfig, overrides: BoxOverrides = {}): Promise<RunningBox> {
  const store = identityOf(config.dataDir);
  const own = openHost(config, store, () => endToRestart(stop));
  const log = overrides.log ?? own.log;
  const opened = openSqliteJournal(join(config.dataDir, 'box.sqlite'));
  const { metrics, page: metricsPage } = createPromMetrics({ reach: config.metrics, labels: {} });
  const ids = createIdMaker(scheduler, randomBytes);
  const trust = createOperatorTrust(store, config.operator);
  const repeats = createRepeatFilter({ clock: scheduler, windowMs: config.repeatWindowMs });
  const cameras: ScanningCamera[] = [];
  const updates = createUpdateSide(config.updates);
  const { deviceId, limits, standingApproval } = config;
  const box = createBox({
    ...{ deviceId, limits, standingApproval },
    merchant: config.merchant,
    signer: importSigner(config.signingKey),
    operatorKeys: trust.messageKeys,
    takeOperatorKeys: trust.take,
    readCoupon: (text) => readAuthBarcode(text, trust.couponKeys()),
    renderReceipt: createRenderer(config, log),
    scheduler,
    monotonicMs: () => performance.now(),
    isNtpSynchronised,
    clockBounds: config.clock,
    host: own.host,
    alarmBounds: config.alarms,
    fleet: createFleetDeps(config, log, own.host.machine),
    ids,
    release: { ...updates, caCertificates: () => readTls(config).ca ?? [] },
    journal: meterJournal(overrides.wrapJournal?.(opened) ?? opened, metrics, () => performance.now()),
    light: createLight(config.light, log),
    printer: createPrinter(config.printer),
    createUplink: (events) => trust.keepFresh(createUplink(config, events)),
    createScanner: (events) =>
      createScannerSet(
        config.scanners.map((each) => (own: ScannerEvents) => createScanner(each, repeats, own, cameras)),
        meterScans(events, metrics),
      ),
    onClaimScanned: (text) => void reclaim.consider(text),
    log,
    onFatal: overrides.onFatal ?? exitWith(own),
  });
  const reclaim = openReclaim(config, { box: () => box, log, onReclaimed: overrides.onReclaimed });
  meterBox(metrics, box, own.host.machine);
  const counterBox = createCounterBox(box, { ids, camera: createCamera(config, cameras, trust.couponKeys) });
  const onInternalError = (err: Error) => log.error({ err }, 'the counter page failed');
  const counter = createCounterServer({ box: counterBox, scheduler, metricsPage, onInternalError, ...config.counter });
  const { api, makeTlsKey } = enrolmentOf(config.dataDir);
  const renewer = createCertificateRenewer({ store, trust, api, makeTlsKey, scheduler, randomBytes, log });
  const door = openDoor(config, updates, box);
  let late: Promise<unknown> = Promise.resolve();
  const stop = async (): Promise<void> => {
    await door.stop();
    await counter.stop();
    await late;
    for (const part of [reclaim, renewer, box]) await part.stop();
    own.end();
  };
  await box.start();
  renewer.start();
  const counterUrl = await counter.start();
  await door.start(counterUrl);
  log.info({ counterUrl, deviceId }, 'box ready');
  const places = { boot: bootFolderOf(config, log), wifi: createWifi(config), deviceId };
  late = carryOutLateOrders({ ...places, takeClaim: reclaim.take, clock: scheduler, log }).catch((err: unknown) =>
    log.error({ err }, 'boot partition'),
  );
  return {
    box,
    counterUrl,
    check: createBoxCheck({ journal: box.journal, isCounterAnswering: () => isCounterAnswering(counterUrl) }),
    log,
    stop,
  };
}

/** So ends a process that was asked to restart: systemd starts it again (`RestartForceExitStatus=75`, or `always`). */
const restartExitCode = 75;
/** A box that does not stop in time is ended all the same: its journal is whole at every instant. */
const stopDeadlineMs = 15_000;

function endToRestart(stop: () => Promise<void>): void {
  const end = (): void => process.exit(restartExitCode);
  scheduler.after(stopDeadlineMs, end);
  void stop().then(end);
}

/** Where the updater asks how the box is, and has its counter closed. */
function openDoor(config: DeviceConfig, updates: ReturnType<typeof createUpdateSide>, box: Box) {
  const selfTest = createSelfTest({
    checkJournal: () => checkSqliteJournal(join(config.dataDir, 'box.sqlite')),
    renderReceipt: (receipt) => renderReceipt(receipt, config.printer),
    scheduler,
  });
  const door = updates.openDoor({
    health: () => ({ ...box.health(), version: updates.version, selfTestFaults: selfTest.faults() }),
    close: box.closeForUpdate,
    reopen: box.reopen,
  });
  return {
    async start(counterUrl: string): Promise<void> {
      await door.start();
      void selfTest.run(counterUrl);
    },
    stop: door.stop,
  };
}

const openHost = (config: DeviceConfig, store: ReturnType<typeof identityOf>, restart: () => void) =>
  openProcessHost({
    ...config,
    ...scheduler,
    machine: createMachine(config),
    certificate: () => store.read() ?? null,
    restart,
  });

function createRenderer({ printer }: DeviceConfig, log: Log): BoxDeps['renderReceipt'] {
  return async (receipt) => {
    const { bytes, substitutions } = await renderReceipt(receipt, printer);
    if (substitutions > 0) log.warn({ substitutions }, 'characters on a receipt that the printer lacks');
    return bytes;
  };
}

/** A box that cannot write its journal must not take money: it ends, and systemd starts it again. */
const exitWith = (own: ReturnType<typeof openProcessHost>) => (error: unknown) => {
  own.log.error({ err: error }, 'the box cannot go on');
  own.end(error);
  process.exit(70);
};

function openReclaim(
  { dataDir }: DeviceConfig,
  parts: { box(): Box; log: Log; onReclaimed: (() => void) | undefined },
) {
  return createReclaim({
    enrolment: enrolmentOf(dataDir),
    isLinkUp: () => parts.onReclaimed === undefined || parts.box().view().linkUp,
    clock: scheduler,
    log: parts.log,
    onReclaimed() {
      firstSlipOf(dataDir).set();
      parts.onReclaimed?.();
    },
  });
}

/** The whole life of this process, as systemd sees it: a box that waits for its claim is up, too. */
function createProgram(path: string): RunningProgram & { start(): Promise<void> } {
  const up = Promise.withResolvers<void>();
  const waits: HealthCheck = async () => undefined;
  let check = waits;
  const life = createLife({
    needsSetUp() {
      const file = readOwnFile(path);
      return !file.isWhole && needsSetUp(file.config);
    },
    async startSetUp() {
      const { config } = readOwnFile(path);
      return startSetUp(config, openLog(config));
    },
    startBox: () =>
      startBox(readOwnConfig(path), {
        onReclaimed() {
          check = waits;
          life.restart();
        },
      }),
    // Whoever started this process over IPC (the demo, the tests) learns the address from here.
    onWaiting({ url }) {
      process.send?.({ waiting: { counter: url } });
      up.resolve();
    },
    onReady(running) {
      check = running.check;
      process.send?.({ ready: { counter: running.counterUrl } });
      up.resolve();
    },
    onFatal: endWith,
  });
  return {
    async start() {
      life.start().catch(endWith);
      await up.promise;
    },
    check: () => check(),
    stop: life.stop,
    log: openLog(readOwnFile(path).config),
  };
}

function endWith(error: unknown): void {
  process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
  process.exit(78);
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  try {
    if (values.config === undefined) throw new ScanPayError('configuration', 'say --config FILE');
    const program = createProgram(values.config);
    await program.start();
    await superviseProcess(program);
  } catch (error) {
    endWith(error);
  }
}
