import { generateKeyPairSync } from 'node:crypto';
import type { Scheduler } from '@scanpay/shared/clock.ts';
import { createIdMaker, type DeviceId } from '@scanpay/shared/ids.ts';
import { encodeEnvelope, signMessage, verifyJws } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/message-header.ts';
import type { DownMessage, UpMessage } from '@scanpay/shared/wire/messages.ts';
import { type Box, createBox } from '../box/box.ts';
import type { FleetDeps } from '../box/fleet/fleet-deps.ts';
import type { AlarmBounds } from '../core/alarms/conditions.ts';
import type { Host } from '../ports/host.ts';
import type { Journal } from '../ports/journal.ts';
import type { LightPattern } from '../ports/light-patterns.ts';
import type { PrintResult } from '../ports/printer.ts';
import type { ScannerEvents, ScanRejection, ScanSign } from '../ports/scanner.ts';
import type { UplinkEvents } from '../ports/uplink.ts';
import { coupon, limits, merchantId } from './terminal-samples.ts';

const deviceId = 'box-test' as DeviceId;
/** The box's key outlives its restarts. */
const own = generateKeyPairSync('ed25519');

type WithoutHeader<M> = M extends DownMessage ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;
/** What the played operator says, before header and signature. */
export type DownDraft = WithoutHeader<DownMessage>;

/** A box on a real journal whose instruments and operator are played by the test. */
export interface BoxHarness {
  box: Box;
  /** What the box has sent, opened, oldest first. */
  sent: UpMessage[];
  /** Types of what went to the broker to be kept. */
  retained: string[];
  /** Light patterns in the order they were shown. */
  lights: LightPattern[];
  /** Signs given through the scanner, and each change of whether a scan is waited for. */
  signs: ScanSign[];
  waits: boolean[];
  /** Bytes that reached the printer. */
  printed: string[];
  connect(up: boolean): void;
  scan(text: string): void;
  /** Something arrived that is no scan. */
  garble(reason: ScanRejection): void;
  say(draft: DownDraft, overrides?: { deviceId?: DeviceId; forged?: boolean }): Promise<void>;
  /** Answers the clock query that the box sent last. */
  answerClock(cloudTimeMs: number): Promise<void>;
  stop(): Promise<void>;
}

export async function startBoxHarness(options: {
  journal: Journal;
  scheduler: Scheduler;
  print?: (bytes: string) => PrintResult;
  standingApproval?: boolean;
  host?: Host;
  alarmBounds?: Partial<AlarmBounds>;
  fleet?: FleetDeps;
}): Promise<BoxHarness> {
  const { journal, scheduler } = options;
  let serial = 0;
  const randomBytes = (length: number): Uint8Array => Buffer.alloc(length, ++serial);
  const ids = createIdMaker(scheduler, randomBytes);
  const operator = generateKeyPairSync('ed25519');
  const stranger = generateKeyPairSync('ed25519');
  const sent: UpMessage[] = [];
  const retained: string[] = [];
  const lights: LightPattern[] = [];
  const signs: ScanSign[] = [];
  const waits: boolean[] = [];
  const printed: string[] = [];
  let link: UplinkEvents | undefined;
  let scanner: ScannerEvents | undefined;

  const open = async (payload: string): Promise<void> => {
    const { jws } = JSON.parse(payload) as { jws: string };
    const verified = await verifyJws(jws, () => own.publicKey, 'scanpay+json');
    if (!verified.ok) throw new Error('the box sent something that does not verify');
    sent.push(verified.value.payload as UpMessage);
  };
  const box = createBox({
    deviceId,
    merchant: { merchantId, name: '해녀의 집', businessNumber: '123-45-67890' },
    limits,
    standingApproval: options.standingApproval ?? false,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.alarmBounds === undefined ? {} : { alarmBounds: options.alarmBounds }),
    signer: { kid: 'box-1', privateKey: own.privateKey },
    operatorKeys: new Map([['operator-1', operator.publicKey]]),
    readCoupon: (text) =>
      coupon.kind === 'coupon' && text.startsWith('SP1:')
        ? coupon.coupon
        : { ok: false, code: 'barcode_unreadable', detail: '' },
    renderReceipt: (receipt) => Buffer.from(JSON.stringify(receipt)),
    scheduler,
    ids,
    journal,
    ...(options.fleet === undefined ? {} : { fleet: options.fleet }),
    light: {
      start: async () => undefined,
      show: (pattern) => {
        if (lights.at(-1) !== pattern) lights.push(pattern);
      },
      stop: async () => undefined,
      state: () => ({ kind: 'ready', driver: 'log', detail: '', passedOver: [] }),
    },
    printer: {
      start: async () => undefined,
      stop: async () => undefined,
      status: async () => ({ kind: 'ok' }),
      print: async (bytes) => {
        const text = Buffer.from(bytes).toString();
        const result = options.print?.(text) ?? { kind: 'printed' };
        if (result.kind !== 'fault') printed.push(text);
        return result;
      },
    },
    createUplink: (events) => {
      link = events;
      return {
        start: () => undefined,
        stop: async () => undefined,
        publish: async (_channel, payload, { retain = false } = {}) => {
          await open(String(payload));
          if (retain) retained.push(sent.at(-1)?.type ?? '');
          return 'acknowledged';
        },
      };
    },
    createScanner: (events) => {
      scanner = events;
      return {
        start: async () => events.onState({ kind: 'ready', detail: '' }),
        stop: async () => undefined,
        show: (sign) => signs.push(sign),
        awaitScan: (awaiting) => {
          if (waits.at(-1) !== awaiting) waits.push(awaiting);
        },
      };
    },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    onFatal: (error) => {
      throw error;
    },
  });
  await box.start();

  const say: BoxHarness['say'] = async (draft, overrides = {}) => {
    const header = { v: wireVersion, messageId: ids.messageId(), deviceId, sentAtMs: scheduler.nowMs() };
    const privateKey = overrides.forged ? stranger.privateKey : operator.privateKey;
    const message = { ...header, ...draft, ...(overrides.deviceId ? { deviceId: overrides.deviceId } : {}) };
    const jws = await signMessage(message, { kid: 'operator-1', privateKey });
    await link?.onMessage({ channel: 'payment', payload: Buffer.from(encodeEnvelope(jws)), retained: false });
  };
  return {
    box,
    sent,
    retained,
    lights,
    signs,
    waits,
    printed,
    connect: (up) => link?.onState(up ? 'connected' : 'disconnected'),
    scan: (text) => scanner?.onScan({ text, source: 'serial', atMs: scheduler.nowMs() }),
    garble: (reason) => scanner?.onRejected(reason, 7),
    say,
    async answerClock(cloudTimeMs) {
      const query = sent.findLast((message) => message.type === 'clock.query');
      if (query === undefined) throw new Error('the box asked for no time');
      await say({ type: 'clock.answer', queryId: query.messageId, cloudTimeMs });
    },
    stop: () => box.stop(),
  };
}
