import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { importOperatorVerifyKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import type { HealthCheck } from '@scanpay/shared/supervision/service-manager.ts';
import { type RunningProgram, superviseProcess } from '@scanpay/shared/system/supervise-process.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import pino from 'pino';
import { type Box, createBox } from './box/box.ts';
import { createBoxCheck } from './box/check-box.ts';
import { createCounterBox } from './box/counter-box.ts';
import type { Log } from './box/deps.ts';
import { createScannerSet } from './box/scanner-set.ts';
import { carryOutLateOrders } from './claiming/late-orders.ts';
import { createReclaim } from './claiming/reclaim.ts';
import type { DeviceConfig } from './config.ts';
import { isNtpSynchronised } from './drivers/clock/timedatectl.ts';
import { isCounterAnswering } from './drivers/counter/ask-counter.ts';
import { createCounterServer } from './drivers/counter/counter-server.ts';
import { openSqliteJournal } from './drivers/journal/sqlite-journal.ts';
import { renderReceipt } from './drivers/print/receipt-renderer.ts';
import { createRepeatFilter } from './drivers/scan/repeat-filter.ts';
import { createCertificateRenewer } from './enrol/certificate-renewer.ts';
import { readBoxConfig, readOwnFile } from './enrol/read-box-config.ts';
import { createFleetDeps } from './fleet/pick-drivers.ts';
import { createLife } from './life.ts';
import {
  createCamera,
  createLight,
  createPrinter,
  createScanner,
  createUplink,
  identityOf,
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
  const log = overrides.log ?? openLog(config);
  const opened = openSqliteJournal(join(config.dataDir, 'box.sqlite'));
  const ids = createIdMaker(scheduler, randomBytes);
  const couponKeys = createKeyring(config.operator.couponKeys.map(importOperatorVerifyKey));
  const repeats = createRepeatFilter({ clock: scheduler, windowMs: config.repeatWindowMs });
  const cameras: ScanningCamera[] = [];
  const box = createBox({
    deviceId: config.deviceId,
    merchant: { ...config.merchant, taxFree: config.taxFree },
    limits: config.limits,
    standingApproval: config.standingApproval,
    signer: importSigner(config.signingKey),
    operatorKeys: importVerifyKeys(config.operator.messageKeys),
    readCoupon: (text) => readAuthBarcode(text, couponKeys),
    async renderReceipt(receipt) {
      const { bytes, substitutions } = await renderReceipt(receipt, config.printer);
      if (substitutions > 0) log.warn({ substitutions }, 'characters on a receipt that the printer lacks');
      return bytes;
    },
    scheduler,
    monotonicMs: () => performance.now(),
    isNtpSynchronised,
    clockBounds: config.clock,
    fleet: createFleetDeps(config, log),
    ids,
    journal: overrides.wrapJournal?.(opened) ?? opened,
    light: createLight(config.light, log),
    printer: createPrinter(config.printer),
    createUplink: (events) => createUplink(config, events),
    createScanner: (events) =>
      createScannerSet(
        config.scanners.map((scanner) => (own: ScannerEvents) => createScanner(scanner, repeats, own, cameras)),
        events,
      ),
    onClaimScanned: (text) => void reclaim.consider(text),
    log,
    onFatal: overrides.onFatal ?? exitWith(log),
  });
  const reclaim = openReclaim(config, { box: () => box, log, onReclaimed: overrides.onReclaimed });
  const counter = createCounterServer({
    box: createCounterBox(box, { ids, camera: createCamera(config, cameras, couponKeys) }),
    scheduler,
    onInternalError: (err) => log.error({ err }, 'a request of the counter page failed'),
    ...config.counter,
  });
  const { store, api, makeTlsKey } = enrolmentOf(config.dataDir);
  const renewer = createCertificateRenewer({ store, api, makeTlsKey, scheduler, randomBytes, log });
  await box.start();
  renewer.start();
  const counterUrl = await counter.start();
  log.info({ counterUrl, deviceId: config.deviceId }, 'box ready');
  const late = carryOutLateOrders({
    boot: bootFolderOf(config, log),
    wifi: createWifi(config),
    takeClaim: reclaim.take,
    deviceId: config.deviceId,
    clock: scheduler,
    log,
  }).catch((err: unknown) => log.error({ err }, 'boot partition'));
  return {
    box,
    counterUrl,
    check: createBoxCheck({ journal: box.journal, isCounterAnswering: () => isCounterAnswering(counterUrl) }),
    log,
    async stop() {
      await counter.stop();
      await late;
      await reclaim.stop();
      await renewer.stop();
      await box.stop();
    },
  };
}

/** A box that cannot write its journal must not take money: it ends, and systemd starts it again. */
const exitWith = (log: Log) => (error: unknown) => {
  log.error({ err: error }, 'the box cannot go on');
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
