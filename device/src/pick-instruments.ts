import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import type { OperatorVerifyKeys } from '@scanpay/shared/auth-barcode/keys.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { isReceiptCode } from '@scanpay/shared/receipt/receipt-code.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import { createCameraLook } from './box/camera-look.ts';
import type { Log } from './box/deps.ts';
import { createPresence } from './box/presence.ts';
import type { DeviceConfig } from './config.ts';
import { createWorkerPictureReader } from './drivers/decode/worker-picture-reader.ts';
import { createIdentityFolder } from './drivers/identity/identity-folder.ts';
import { listLedOutputs } from './drivers/light/list-outputs.ts';
import { createNoLight } from './drivers/light/no-light.ts';
import { createPatternLight } from './drivers/light/pattern-light.ts';
import { createRecordingLight } from './drivers/light/recording-light.ts';
import { createNoPrinter } from './drivers/print/no-printer.ts';
import { createSerialPrinter } from './drivers/print/serial-printer.ts';
import { createTcpPrinter } from './drivers/print/tcp-printer.ts';
import { type CameraScanner, createCameraScanner } from './drivers/scan/camera-scanner.ts';
import { createKeyboardScanner } from './drivers/scan/keyboard/keyboard-scanner.ts';
import type { RepeatFilter } from './drivers/scan/repeat-filter.ts';
import { createSerialScanner } from './drivers/scan/serial-scanner.ts';
import { createStillCamera } from './drivers/scan/still-camera.ts';
import { createMqttUplink } from './drivers/uplink/mqtt-uplink.ts';
import type { Camera } from './ports/camera.ts';
import type { Light, LightState } from './ports/light.ts';
import type { PictureReader } from './ports/picture-reader.ts';
import type { Printer } from './ports/printer.ts';
import type { Scanner, ScannerEvents } from './ports/scanner.ts';
import type { UplinkEvents } from './ports/uplink.ts';

/*
 * The part of main.ts that picks the driver behind each instrument. It stands apart for the programs that hold
 * instruments without being a box that sells: the technician's check, and a box that is not set up yet.
 */

const scheduler = systemScheduler;

export const identityOf = (dataDir: string) => createIdentityFolder(join(dataDir, 'identity'));

/** The connection to the broker, as this box makes it. */
export function createUplink(config: DeviceConfig, events: UplinkEvents) {
  const broker = parseBrokerUrl(config.broker.url);
  if (!broker.ok) throw new ScanPayError(broker.code, broker.detail);
  const signer = importSigner(config.signingKey);
  return createMqttUplink({
    deviceId: config.deviceId,
    broker: broker.value,
    password: config.broker.password,
    timing: config.uplink,
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
export function readTls({ dataDir }: DeviceConfig) {
  const { tls } = identityOf(dataDir).read() ?? {};
  return tls === undefined ? {} : { ca: tls.caCertificates, cert: tls.certificate, key: tls.key };
}

/** A camera of the configuration, with the reader of its pictures. */
export interface ScanningCamera {
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
export function createCamera(
  config: DeviceConfig,
  [camera]: readonly ScanningCamera[],
  couponKeys: () => OperatorVerifyKeys,
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
      return readAuthBarcode(text, couponKeys()).ok ? 'coupon' : 'other';
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
