import { type Box, createBox } from '@scanpay/device/box/box.ts';
import { createCounterBox } from '@scanpay/device/box/counter-box.ts';
import { createPresence } from '@scanpay/device/box/presence.ts';
import type { AlarmBounds } from '@scanpay/device/core/alarms/conditions.ts';
import type { TerminalLimits } from '@scanpay/device/core/terminal/state.ts';
import { createSqliteJournal } from '@scanpay/device/drivers/journal/sqlite-journal.ts';
import type { CounterBox } from '@scanpay/device/ports/counter-box.ts';
import type { Journal } from '@scanpay/device/ports/journal.ts';
import type { LightState } from '@scanpay/device/ports/light.ts';
import type { MachineFacts } from '@scanpay/device/ports/machine.ts';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { type CastBox, couponKeys, operatorKeys, publicKeysOf } from '../cloud/cast.ts';
import type { SimBroker } from '../engine/broker.ts';
import type { Dice } from '../engine/dice.ts';
import { createDisk, type SimDisk } from '../engine/disk.ts';
import { createProcess, DeadProcessError, type SimProcess } from '../engine/process.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { Witness } from '../engine/witness.ts';
import { createSimPrinter, createSimScanner, renderReceipt, type SimPrinter, type SimScanner } from './instruments.ts';

/** The defaults of the box's configuration, but for a recheck, which a clerk of a busy day does not leave for long. */
const limits: TerminalLimits = {
  deadlineMs: 10_000,
  repeatMs: 2_000,
  inquiries: 3,
  maxRepeatMs: 60_000,
  recheckMs: 30_000,
  awaitScanMs: 120_000,
  showResultMs: 8_000,
  maxOpen: 20,
};

/** Faults that last a few seconds are alarms here already, so that many begin and end in one world. */
const alarmBounds: Partial<AlarmBounds> = { raiseAfterMs: 10_000, clearAfterMs: 10_000, unresolvedMs: 60_000 };

/** A machine that is well. */
const healthy: MachineFacts = {
  uptimeMs: 0,
  temperatureMilliC: 45_000,
  disk: { freeBytes: 20e9, totalBytes: 31e9, writtenBytes: null, lifeUsedPercent: null },
  memory: { totalBytes: 1e9, availableBytes: 5e8 },
};
const unwell = {
  hot: { ...healthy, temperatureMilliC: 92_000 },
  'disk-full': { ...healthy, disk: { freeBytes: 1e6, totalBytes: 31e9, writtenBytes: null, lifeUsedPercent: null } },
} as const satisfies Record<string, MachineFacts>;

const noLamp: LightState = { kind: 'ready', driver: 'none', detail: '', passedOver: [] };

/** A box on its counter: what stays through a crash, and the life it leads now. */
export interface BoxMachine {
  cast: CastBox;
  disk: SimDisk;
  printer: SimPrinter;
  scanner: SimScanner;
  /** Milliseconds its system clock is ahead. */
  skewMs: number;
  computer: 'well' | keyof typeof unwell;
  /** Null while it is off. */
  running(): { box: Box; counter: CounterBox } | null;
  boot(): void;
  /** The plug is pulled; it stays off for this long. */
  crash(downMs: number): void;
}

export interface BoxGround {
  timeline: Timeline;
  broker: SimBroker;
  dice: Dice;
  witness: Witness;
  /** How long a box that ended by itself is down. */
  restartMs(): number;
}

const operatorMessageKeys = publicKeysOf(operatorKeys.message);

export function createBoxMachine(cast: CastBox, ground: BoxGround): BoxMachine {
  const { timeline, dice, witness, broker } = ground;
  const { deviceId } = cast;
  let life: SimProcess | null = null;
  let running: { box: Box; counter: CounterBox } | null = null;
  const disk = createDisk(null, {
    onCommit: () => undefined,
    onPowerCut: () => machine.crash(ground.restartMs()),
  });
  const machine: BoxMachine = {
    cast,
    disk,
    printer: createSimPrinter({ timeline, dice, onPaper: (receipt) => witness.paper(deviceId, receipt) }),
    scanner: createSimScanner(timeline),
    skewMs: 0,
    computer: 'well',
    running: () => running,
    boot() {
      if (life?.isAlive() === true) return;
      const born = createProcess(deviceId, timeline, () => machine.skewMs);
      life = born;
      witness.note(`${deviceId} starts`);
      running = assembleBox(machine, born, ground);
      void running.box.start();
    },
    crash(downMs) {
      if (life?.isAlive() !== true) return;
      witness.note(`${deviceId} loses power for ${downMs} ms`);
      life.kill();
      running = null;
      disk.disarm();
      broker.breakLink(deviceId);
      timeline.after(downMs, machine.boot);
    },
  };
  return machine;
}

function assembleBox(machine: BoxMachine, life: SimProcess, ground: BoxGround) {
  const { cast, printer, scanner } = machine;
  const { deviceId, merchant, signer } = cast;
  const { witness, dice } = ground;
  const { scheduler } = life;
  const ids = createIdMaker(scheduler, dice.bytes);
  const log = (level: string) => (fields: object, text: string) =>
    life.isAlive() && witness.text(deviceId, `${level} ${text} ${describe(fields)}`, false);
  const box = createBox({
    deviceId,
    merchant,
    limits,
    standingApproval: cast.standingApproval,
    signer,
    operatorKeys: operatorMessageKeys,
    readCoupon: (text) => readCoupon(text),
    renderReceipt,
    scheduler,
    monotonicMs: ground.timeline.nowMs,
    ids,
    journal: openJournal(machine, life, witness),
    light: { start: async () => undefined, show: () => undefined, stop: async () => undefined, state: () => noLamp },
    printer: printer.connect(life),
    createUplink: (events) => {
      const createPair = createPresence({ deviceId, signer, clock: scheduler, ids });
      return life.guard(ground.broker.createUplink({ deviceId, life, createPresence: createPair }, events));
    },
    createScanner: scanner.create(life),
    alarmBounds,
    host: {
      readLog: () => [],
      machine: { look: async () => (machine.computer === 'well' ? healthy : unwell[machine.computer]) },
      certificate: () => null,
      lastFatal: () => null,
      restart: () => undefined,
    },
    log: { info: () => undefined, warn: log('warn'), error: log('error') },
    onFatal(error) {
      if (!life.isAlive() || error instanceof DeadProcessError) return;
      if ((error as { code?: string }).code !== 'SQLITE_FULL') witness.fatal(deviceId, error);
      machine.crash(ground.restartMs());
    },
  });
  const counter = createCounterBox(box, { ids, camera: undefined });
  return { box, counter };
}

/** Verifying a coupon's signature at the box takes longer than all else it does, and a coupon never changes. */
const read = new Map<string, ReturnType<typeof readAuthBarcode>>();

function readCoupon(text: string): ReturnType<typeof readAuthBarcode> {
  const known = read.get(text);
  if (known !== undefined) return known;
  const result = readAuthBarcode(text, couponKeys);
  if (read.size < 1_000) read.set(text, result);
  return result;
}

function openJournal({ disk, cast }: BoxMachine, life: SimProcess, witness: Witness): Journal {
  const journal = createSqliteJournal(disk.connection);
  return {
    ...(Object.fromEntries(
      Object.entries(journal).map(([name, method]) => [name, mortal(life, method as (...args: never[]) => unknown)]),
    ) as unknown as Journal),
    commit(changes) {
      if (changes.length === 0) return;
      disk.commit(life, () => {
        journal.commit(changes);
        witness.boxCommitted(cast.deviceId, changes);
      });
    },
    close: () => undefined,
  };
}

/** Dead code must not even read: it would go on with what it finds. */
const mortal =
  (life: SimProcess, method: (...args: never[]) => unknown) =>
  (...args: never[]): unknown => {
    if (!life.isAlive()) throw new DeadProcessError(life.name);
    return method(...args);
  };

export function describe(fields: object): string {
  return JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? String(value.stack) : value));
}
