import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { importOperatorVerifyKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, type OperatorVerifyKeys } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { isReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { createPromMetrics } from '@scanpay/shared/system/metrics/prom-metrics.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import { type Box, createBox } from './box/box.ts';
import { meterBox, meterJournal, meterScans } from './box/box-metrics.ts';
import { createCameraLook } from './box/camera-look.ts';
import { createCounterBox } from './box/counter-box.ts';
import type { Log } from './box/deps.ts';
import { createPresence } from './box/presence.ts';
import { createScannerSet } from './box/scanner-set.ts';
import type { DeviceConfig } from './config.ts';
import { isNtpSynchronised } from './drivers/clock/timedatectl.ts';
import { createCounterServer } from './drivers/counter/counter-server.ts';
import { createWorkerPictureReader } from './drivers/decode/worker-picture-reader.ts';
import { openProcessHost } from './drivers/host/process-host.ts';
import { createHttpsEnrolmentApi } from './drivers/identity/https-enrolment-api.ts';
import { createIdentityFolder } from './drivers/identity/identity-folder.ts';
import { makeTlsKey } from './drivers/identity/make-keys.ts';
import { openSqliteJournal } from './drivers/journal/sqlite-journal.ts';
import { listLedOutputs } from './drivers/light/list-outputs.ts';
import { createNoLight } from './drivers/light/no-light.ts';
import { createPatternLight } from './drivers/light/pattern-light.ts';
import { createRecordingLight } from './drivers/light/recording-light.ts';
import { createNoPrinter } from './drivers/print/no-printer.ts';
import { renderReceipt } from './drivers/print/receipt-renderer.ts';
import { createSerialPrinter } from './drivers/print/serial-printer.ts';
import { createTcpPrinter } from './drivers/print/tcp-printer.ts';
import { type CameraScanner, createCameraScanner } from './drivers/scan/camera-scanner.ts';
import { createKeyboardScanner } from './drivers/scan/keyboard/keyboard-scanner.ts';
import { createRepeatFilter, type RepeatFilter } from './drivers/scan/repeat-filter.ts';
import { createSerialScanner } from './drivers/scan/serial-scanner.ts';
import { createStillCamera } from './drivers/scan/still-camera.ts';
import { createMqttUplink } from './drivers/uplink/mqtt-uplink.ts';
import { createCertificateRenewer } from './enrol/certificate-renewer.ts';
import { readBoxConfig } from './enrol/read-box-config.ts';
import type { Camera } from './ports/camera.ts';
import type { Journal } from './ports/journal.ts';
import type { Light, LightState } from './ports/light.ts';
import type { PictureReader } from './ports/picture-reader.ts';
import type { Printer } from './ports/printer.ts';
import type { Scanner, ScannerEvents } from './ports/scanner.ts';
import type { UplinkEvents } from './ports/uplink.ts';

const scheduler = systemScheduler;

const identityOf = (dataDir: string) => createIdentityFolder(join(dataDir, 'identity'));

/** The configuration file, and who the box is: from its identity once it is enrolled. */
export const readOwnConfig = (path: string): DeviceConfig =>
  readBoxConfig(path, (dataDir) => identityOf(dataDir).read());

export interface RunningBox {
  box: Box;
  /** Where the counter page is. */
  counterUrl: string;
  stop(): Promise<void>;
}

/** Puts the drivers that the configuration names behind the ports, and starts the box. */
export async function startBox(
  config: DeviceConfig,
  overrides: { log?: Log; wrapJournal?: (journal: Journal) => Journal; onFatal?: (error: unknown) => void } = {},
): Promise<RunningBox> {
  const store = identityOf(config.dataDir);
  const own = openProcessHost({ ...config, ...scheduler, certificate: () => store.read() ?? null, restart });
  const log = overrides.log ?? own.log;
  const opened = openSqliteJournal(join(config.dataDir, 'box.sqlite'));
  const ids = createIdMaker(scheduler, randomBytes);
  const { metrics, page: metricsPage } = createPromMetrics({ reach: config.metrics, labels: {} });
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
    host: own.host,
    alarmBounds: config.alarms,
    ids,
    journal: meterJournal(overrides.wrapJournal?.(opened) ?? opened, metrics, () => performance.now()),
    light: createLight(config.light, log),
    printer: createPrinter(config.printer),
    createUplink: (events) => createUplink(config, events),
    createScanner: (events) =>
      createScannerSet(
        config.scanners.map((scanner) => (own: ScannerEvents) => createScanner(scanner, repeats, own, cameras)),
        meterScans(events, metrics),
      ),
    log,
    onFatal: overrides.onFatal ?? exitWith(own),
  });
  meterBox(metrics, box, own.host);
  const counter = createCounterServer({
    box: createCounterBox(box, { ids, camera: createCamera(config, cameras, couponKeys) }),
    scheduler,
    metricsPage,
    onInternalError: (err) => log.error({ err }, 'a request of the counter page failed'),
    ...config.counter,
  });
  const api = createHttpsEnrolmentApi({ scheduler });
  const renewer = createCertificateRenewer({ store, api, makeTlsKey, scheduler, randomBytes, log });
  const running: RunningBox = {
    box,
    counterUrl: '',
    async stop() {
      await counter.stop();
      await renewer.stop();
      await box.stop();
      own.end();
    },
  };
  function restart(): void {
    void endWith(running, restartExitCode);
  }
  await box.start();
  renewer.start();
  running.counterUrl = await counter.start();
  log.info({ counterUrl: running.counterUrl, deviceId: config.deviceId }, 'box ready');
  return running;
}

/** So ends a process that was asked to restart: systemd starts it again (`RestartForceExitStatus=75`, or `always`). */
const restartExitCode = 75;
/** A box that does not stop in time is ended all the same: its journal is whole at every instant. */
const stopDeadlineMs = 15_000;

async function endWith(running: RunningBox, exitCode: number): Promise<void> {
  scheduler.after(stopDeadlineMs, () => process.exit(exitCode));
  await running.stop();
  process.exit(exitCode);
}

/** The connection to the broker, as this box makes it. */
export function createUplink(config: DeviceConfig, events: UplinkEvents) {
  const broker = parseBrokerUrl(config.broker.url);
  if (!broker.ok) throw new ScanPayError(broker.code, broker.detail);
  const signer = importSigner(config.signingKey);
  return createMqttUplink({
    deviceId: config.deviceId,
    broker: broker.value,
    password: config.broker.password,
    tls: () => readTls(config),
    createPresence: createPresence({
      deviceId: config.deviceId,
      signer,
      clock: scheduler,
      ids: createIdMaker(scheduler, randomBytes),
    }),
    scheduler,
    randomBytes,
    events,
  });
}

/** Read at each connection: the certificate is renewed while the box runs. */
function readTls({ dataDir }: DeviceConfig) {
  const { tls } = identityOf(dataDir).read() ?? {};
  return tls === undefined ? {} : { ca: tls.caCertificates, cert: tls.certificate, key: tls.key };
}

/** A camera of the configuration, with the reader of its pictures. */
interface ScanningCamera {
  scanner: CameraScanner;
  pictures: PictureReader;
}

/** One scanner of the configuration; a camera is added to `cameras` too. */
export function createScanner(
  config: DeviceConfig['scanners'][number],
  repeats: RepeatFilter,
  events: ScannerEvents,
  cameras: ScanningCamera[],
): Scanner {
  if (config.kind === 'serial') {
    const { kind: _kind, path: device, ...line } = config;
    if (line.trigger === 'box' && line.dialect === 'plain') {
      throw new ScanPayError('configuration', `scanner ${device}: trigger "box" needs a dialect other than "plain"`);
    }
    return createSerialScanner({ scheduler, events, repeats, device, ...line });
  }
  if (config.kind === 'keyboard') {
    const { path: device, searchPath = process.env.PATH ?? '', interByteTimeoutMs } = config;
    return createKeyboardScanner({ scheduler, events, repeats, device, searchPath, interByteTimeoutMs });
  }
  const { widthPx, heightPx, framesPerSecond } = config;
  const pictures = createWorkerPictureReader({ scheduler });
  const scanner = createCameraScanner({
    scheduler,
    events,
    repeats,
    pictures,
    searchPath: config.searchPath ?? process.env.PATH ?? '',
    picture: { widthPx, heightPx, framesPerSecond },
  });
  cameras.push({ scanner, pictures });
  return scanner;
}

/** The first camera for whoever aims it: its stills are as large as the pictures it scans. */
function createCamera(
  config: DeviceConfig,
  [camera]: readonly ScanningCamera[],
  couponKeys: OperatorVerifyKeys,
): Camera | undefined {
  const section = config.scanners.find((scanner) => scanner.kind === 'camera');
  if (camera === undefined || section === undefined) return undefined;
  const { widthPx, heightPx, searchPath = process.env.PATH ?? '' } = section;
  const stills = createStillCamera({ scheduler, searchPath, tempDir: tmpdir() });
  return createCameraLook({
    ...camera,
    clock: scheduler,
    takeStill: () => stills.take({ widthPx, heightPx }),
    judgeText(text) {
      if (isReceiptCode(text)) return 'receipt';
      return readAuthBarcode(text, couponKeys).ok ? 'coupon' : 'other';
    },
  });
}

/** The lamp; the log tells which driver took it and why others did not, and of faults. */
export function createLight(config: DeviceConfig['light'], log: Log): Light {
  if (config.kind === 'log') {
    return createRecordingLight({ clock: scheduler, onShow: (shown) => log.info(shown, 'light') });
  }
  const candidates = listLedOutputs(config, scheduler).filter(({ wired }) => wired.length > 0);
  if (candidates.length === 0) return createNoLight();
  const onState = (state: LightState): void =>
    state.kind === 'fault' ? log.error(state, 'the light has a fault') : log.info(state, 'light driver');
  return createPatternLight({ scheduler, candidates, onState });
}

export function createPrinter(config: DeviceConfig['printer']): Printer {
  switch (config.kind) {
    case 'serial':
      return createSerialPrinter(
        { scheduler },
        {
          path: config.path,
          baudRate: config.baudRate,
          flowControl: config.flowControl,
          hasStatusChannel: config.answers,
        },
      );
    case 'tcp':
      return createTcpPrinter(
        { scheduler },
        { host: config.host, port: config.port, hasStatusChannel: config.answers },
      );
    case 'none':
      return createNoPrinter();
  }
}

/** A box that cannot write its journal must not take money: it ends, and systemd starts it again. */
const exitWith = (own: ReturnType<typeof openProcessHost>) => (error: unknown) => {
  own.log.error({ err: error }, 'the box cannot go on');
  own.end(error);
  process.exit(70);
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { config: { type: 'string' } } });
  try {
    if (values.config === undefined) throw new ScanPayError('configuration', 'say --config FILE');
    const running = await startBox(readOwnConfig(values.config));
    // Whoever started this process over IPC (the demo, the tests) learns the address from here.
    process.send?.({ ready: { counter: running.counterUrl } });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => void endWith(running, 0));
    }
  } catch (error) {
    process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
    process.exit(78);
  }
}
