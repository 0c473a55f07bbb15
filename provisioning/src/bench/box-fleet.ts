import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createBox } from '@scanpay/device/box/box.ts';
import { createPresence } from '@scanpay/device/box/presence.ts';
import { type DeviceConfig, DeviceConfigSchema } from '@scanpay/device/config.ts';
import { openSqliteJournal } from '@scanpay/device/drivers/journal/sqlite-journal.ts';
import { createNoLight } from '@scanpay/device/drivers/light/no-light.ts';
import { encodeReceipt } from '@scanpay/device/drivers/print/receipt-encoder.ts';
import { createMqttUplink } from '@scanpay/device/drivers/uplink/mqtt-uplink.ts';
import type { LightPattern } from '@scanpay/device/ports/light-patterns.ts';
import type { ScannerEvents } from '@scanpay/device/ports/scanner.ts';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { importOperatorVerifyKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring } from '@scanpay/shared/auth-barcode/keys.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { checkConfig } from '@scanpay/shared/config.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importSigner, importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import { answerQuestions } from './answer-questions.ts';
import { type RunOrder, runLoops } from './run-loops.ts';

/**
 * Many boxes in one process: the real box, journal and uplink, each with its own key and connection. Scanner, light and
 * printer are in memory: the scanner reads what it is told, and the printer has printed at once.
 *
 * Argument: a file with an array of box configurations. Questions: `{ stock }` adds barcodes, each for one sale, and
 * tells how many there are; a `RunOrder` sells.
 */
const configs = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as unknown[];
const scheduler = systemScheduler;
const ids = createIdMaker(scheduler, randomBytes);
const stock: string[] = [];
const log = {
  info: () => undefined,
  warn: (fields: object, text: string) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`),
  error: (fields: object, text: string) => process.stderr.write(`${text} ${JSON.stringify(fields)}\n`),
};

/** Resolves with the next of these patterns that the light shows. */
function createLightWatch() {
  let waiting: { patterns: readonly LightPattern[]; resolve(pattern: LightPattern): void } | null = null;
  let current: LightPattern | null = null;
  return {
    show(pattern: LightPattern): void {
      if (pattern === current) return;
      current = pattern;
      if (waiting?.patterns.includes(pattern)) waiting.resolve(pattern);
    },
    next: (...patterns: LightPattern[]): Promise<LightPattern> =>
      new Promise((resolve) => {
        waiting = { patterns, resolve };
      }),
  };
}

function openUplink(config: DeviceConfig, events: Parameters<typeof createMqttUplink>[0]['events']) {
  const broker = parseBrokerUrl(config.broker.url);
  if (!broker.ok) throw new Error(broker.detail);
  const { deviceId } = config;
  const { password } = config.broker;
  const signer = importSigner(config.signingKey);
  const makePresence = createPresence({ deviceId, signer, clock: scheduler, ids });
  return createMqttUplink({
    deviceId,
    broker: broker.value,
    password,
    createPresence: makePresence,
    scheduler,
    randomBytes,
    events,
  });
}

async function startBox(config: DeviceConfig) {
  const couponKeys = createKeyring(config.operator.couponKeys.map(importOperatorVerifyKey));
  const light = createLightWatch();
  let scanner: ScannerEvents | undefined;
  const box = createBox({
    deviceId: config.deviceId,
    merchant: config.merchant,
    limits: config.limits,
    standingApproval: false,
    signer: importSigner(config.signingKey),
    operatorKeys: importVerifyKeys(config.operator.messageKeys),
    readCoupon: (text) => readAuthBarcode(text, couponKeys),
    renderReceipt: (receipt) => encodeReceipt(receipt, 42).bytes,
    scheduler,
    ids,
    journal: openSqliteJournal(join(config.dataDir, 'box.sqlite')),
    light: { ...createNoLight(), show: light.show },
    printer: {
      start: async () => undefined,
      stop: async () => undefined,
      print: async () => ({ kind: 'printed' }),
      status: async () => ({ kind: 'ok' }),
    },
    createUplink: (events) => openUplink(config, events),
    createScanner(events) {
      scanner = events;
      return { start: async () => events.onState({ kind: 'ready', detail: '' }), stop: async () => undefined };
    },
    log,
    onFatal(error) {
      process.stderr.write(String(error));
      process.exit(1);
    },
  });
  const ready = light.next('ready');
  await box.start();
  await ready;
  return {
    /** False: there is no barcode left. */
    async sell(): Promise<boolean> {
      const text = stock.pop();
      if (text === undefined) return false;
      const sale = { tender: 'card', listAmountWon: won(30_000), headcount: 2 } as const;
      await box.submit({ kind: 'sale-entered', sale: { ...sale, visitDate: businessDateAt(scheduler.nowMs()) } });
      const decided = light.next('approved', 'declined', 'recheck', 'unknown');
      scanner?.onScan({ text, source: 'serial', atMs: scheduler.nowMs() });
      const pattern = await decided;
      if (pattern !== 'approved') throw new Error(`${config.deviceId} shows ${pattern}, not approved`);
      return true;
    },
    stop: () => box.stop(),
  };
}

const boxes: Awaited<ReturnType<typeof startBox>>[] = [];
for (const [index, config] of configs.entries()) {
  boxes.push(await startBox(checkConfig(DeviceConfigSchema, config, `box ${index}`)));
}
answerQuestions(
  null,
  (question: RunOrder | { stock: string[] }) => {
    if (!('stock' in question)) return runLoops(boxes, question);
    for (const barcode of question.stock) stock.push(barcode);
    return stock.length;
  },
  async () => {
    for (const box of boxes) await box.stop();
  },
);
