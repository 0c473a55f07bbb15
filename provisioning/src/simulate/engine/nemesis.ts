import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { BoxMachine } from '../box/box-machine.ts';
import type { SimBroker } from './broker.ts';
import type { Dice } from './dice.ts';
import type { SimDisk } from './disk.ts';
import type { Network } from './network.ts';
import type { Timeline } from './timeline.ts';
import type { Weather } from './weather.ts';

/** What can be crashed and where its commits go. */
export interface Victim {
  disk: SimDisk;
  crash(downMs: number): void;
}

export interface NemesisGround {
  timeline: Timeline;
  dice: Dice;
  network: Network;
  broker: SimBroker;
  weather(): Weather;
  companies: Record<Company, Victim>;
  boxes: readonly BoxMachine[];
  note(what: string): void;
}

/** Has accidents happen at the rates of the weather, until it is stopped. */
export function createNemesis(ground: NemesisGround): { start(): void; stop(): void } {
  const { timeline, dice } = ground;
  let active = false;
  const every = (meanMs: number | null, strike: () => void): void => {
    if (meanMs === null) return;
    timeline.after(dice.waitMs(meanMs), () => {
      if (!active) return;
      strike();
      every(meanMs, strike);
    });
  };
  return {
    start() {
      active = true;
      const weather = ground.weather();
      every(weather.companyCrashMs, () => strikeDown(ground, dice.pick(Object.values(ground.companies))));
      every(weather.boxCrashMs, () => strikeDown(ground, dice.pick(ground.boxes)));
      every(weather.partitionMs, () => partition(ground));
      every(weather.clockJumpMs, () => jumpClock(ground));
      every(weather.clockJumpMs, () => upsetComputer(ground));
      every(weather.printerFaultMs, () => upsetPrinter(ground));
      every(weather.linkLossMs, () => ground.broker.breakLink(dice.pick(ground.boxes).cast.deviceId));
      every(weather.linkLossMs, () => unplugScanner(ground));
      every(weather.outageMs, () => takeOffline(ground));
    },
    stop() {
      active = false;
    },
  };
}

/** Now, or at one of the next commits: right before it, right after it, or with a full disk. */
function strikeDown({ dice, weather }: NemesisGround, victim: Victim): void {
  if (!dice.chance(weather().crashAtCommit)) victim.crash(drawDownMs(dice));
  else victim.disk.arm(dice.between(0, 5), dice.pick(['before', 'after', 'after', 'fail'] as const));
}

export const drawDownMs = (dice: Dice): number =>
  dice.chance(0.15) ? dice.between(10_000, 40_000) : dice.between(50, 4_000);

/** One way or both, between two companies or a box and the operator. */
function partition({ timeline, dice, network, broker, boxes, note }: NemesisGround): void {
  const forMs = dice.between(500, 25_000);
  const box = dice.pick(boxes).cast.deviceId;
  const [one, other] = dice.pick([
    ['operator', 'pg'],
    ['pg', 'card'],
    [box, 'operator'],
    [box, 'operator'],
  ] as const);
  const ways = [
    { from: one, to: other },
    { from: other, to: one },
  ].filter((_way, index) => index === 0 || dice.chance(0.6));
  if (dice.chance(0.3)) ways.shift();
  if (dice.chance(0.5)) {
    note(`held for ${forMs} ms: ${ways.map(({ from, to }) => `${from}>${to}`).join(' ')}`);
    for (const way of ways) network.hold(way, forMs);
    return;
  }
  note(`cut for ${forMs} ms: ${ways.map(({ from, to }) => `${from}>${to}`).join(' ')}`);
  const heal = ways.map(network.cut);
  timeline.after(forMs, () => {
    for (const end of heal) end();
  });
  // The pings of a box's connection go unanswered as well.
  if (one === box && ways.length > 0) timeline.after(1_500, () => broker.breakLink(box));
}

/** A shop's line is down: cash goes on by the terms at hand, and is told when the line is back. */
function takeOffline({ timeline, dice, network, broker, boxes, note }: NemesisGround): void {
  const box = dice.pick(boxes).cast.deviceId;
  const forMs = dice.between(10_000, 90_000);
  note(`${box} is offline for ${forMs} ms`);
  const heal = [
    { from: box, to: 'operator' as const },
    { from: 'operator' as const, to: box },
  ].map(network.cut);
  timeline.after(forMs, () => {
    for (const end of heal) end();
  });
  broker.breakLink(box);
}

function jumpClock({ dice, boxes, note }: NemesisGround): void {
  const box = dice.pick(boxes);
  const size = dice.pick([200, 3_000, 20_000, 300_000]);
  box.skewMs += dice.between(-size, size);
  note(`${box.cast.deviceId}: clock is ${box.skewMs} ms off`);
}

/** Long enough for an alarm, most of the time. */
function upsetComputer({ timeline, dice, boxes, note }: NemesisGround): void {
  const box = dice.pick(boxes);
  box.computer = dice.pick(['hot', 'disk-full'] as const);
  note(`${box.cast.deviceId}: its computer is ${box.computer}`);
  timeline.after(dice.between(3_000, 60_000), () => {
    box.computer = 'well';
  });
}

function upsetPrinter({ timeline, dice, boxes, note }: NemesisGround): void {
  const { printer, cast } = dice.pick(boxes);
  printer.mood = dice.pick(['paper-out', 'midway', 'silent', 'gone'] as const);
  note(`${cast.deviceId}: printer is ${printer.mood}`);
  timeline.after(dice.between(500, 30_000), () => {
    printer.mood = 'well';
  });
}

function unplugScanner({ timeline, dice, boxes }: NemesisGround): void {
  const { scanner } = dice.pick(boxes);
  scanner.unplug();
  timeline.after(dice.between(100, 5_000), scanner.plug);
}
