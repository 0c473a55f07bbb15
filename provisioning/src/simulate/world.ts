import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { JournalChange } from '@scanpay/device/ports/journal.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { DownMessage, UpMessage } from '@scanpay/shared/wire/messages.ts';
import { type BoxMachine, createBoxMachine } from './box/box-machine.ts';
import { type Clerk, createClerk } from './box/clerk.ts';
import { createHostileBox, type HostileBox } from './box/hostile-box.ts';
import { goesOn } from './checks/all-checks.ts';
import { createInspector, type Inspector } from './checks/inspector.ts';
import { boxes, hostileBox } from './cloud/cast.ts';
import { type CompanyMachine, createCompanyMachine } from './cloud/company-machine.ts';
import type { Issued } from './cloud/issue-coupons.ts';
import { createTravellers, type Travellers } from './cloud/travellers.ts';
import { createBroker, type SimBroker } from './engine/broker.ts';
import { type Chronicle, createChronicle, worldSubject } from './engine/chronicle.ts';
import { createDice, type Dice } from './engine/dice.ts';
import { createNemesis, drawDownMs } from './engine/nemesis.ts';
import { createNetwork, type Network } from './engine/network.ts';
import { createTimeline, quiescence, type Timeline } from './engine/timeline.ts';
import { drawWeather, type Weather } from './engine/weather.ts';
import type { Witness } from './engine/witness.ts';
import { nameOf, readWire } from './read-wire.ts';

/** Everything one seed makes: companies, boxes, people, weather, and whoever watches. */
export interface World {
  dice: Dice;
  timeline: Timeline;
  network: Network;
  broker: SimBroker;
  chronicle: Chronicle;
  inspector: Inspector;
  companies: Record<Company, CompanyMachine>;
  boxes: readonly BoxMachine[];
  clerks: readonly Clerk[];
  hostile: HostileBox;
  travellers: Travellers;
  nemesis: ReturnType<typeof createNemesis>;
  weather: Weather;
  setWeather(weather: Weather): void;
  /** One step of the timeline, with the boots it began. False: nothing is left to happen until then. */
  step(untilMs?: number): Promise<boolean>;
  note(what: string): void;
}

export function createWorld(seed: string, issued: Issued, calmWeather: Weather | null = null): World {
  const dice = createDice(seed);
  const startMs = issued.atMs + dice.between(20, 29) * 60_000;
  const timeline = createTimeline(startMs);
  const chronicle = createChronicle(startMs);
  const state = { weather: calmWeather ?? drawWeather(dice.fork('weather')) };
  const weather = (): Weather => state.weather;
  const note = (what: string): void => chronicle.write(timeline.nowMs(), worldSubject, what);
  const network = createNetwork({ timeline, dice: dice.fork('network'), weather });
  const companies = {} as Record<Company, CompanyMachine>;
  const witness = createWitness({ timeline, chronicle, note, inspector: () => inspector, hostile: () => hostile });
  const broker = createBroker({
    timeline,
    network,
    tap: { up: witness.up, down: (deviceId, _channel, payload) => witness.down(deviceId, payload) },
  });
  const restart = dice.fork('restart');
  const restartMs = (): number => drawDownMs(restart);
  const common = { timeline, broker, witness, restartMs };
  for (const company of ['card', 'pg', 'operator'] as const) {
    const ground = { ...common, network, weather, dice: dice.fork(company), machineOf: (of: Company) => companies[of] };
    companies[company] = createCompanyMachine(company, issued.images[company], ground);
  }
  const machines = boxes.map((cast) => createBoxMachine(cast, { ...common, dice: dice.fork(cast.deviceId) }));
  const { coupons } = issued;
  const paceMs = dice.pick([600, 1_000, 1_800]);
  const clerks = machines.map((machine) =>
    createClerk(machine, { timeline, coupons, paceMs, dice: dice.fork(`clerk ${machine.cast.deviceId}`) }),
  );
  const hostile: HostileBox = createHostileBox({ cast: hostileBox, timeline, broker, dice: dice.fork('hostile') });
  const travellers = createTravellers({ timeline, companies, dice: dice.fork('travellers') });
  const nemesis = createNemesis({
    ...{ timeline, network, broker, weather, companies, note },
    dice: dice.fork('nemesis'),
    boxes: machines,
  });
  const inspector: Inspector = createInspector({
    card: companies.card.disk.connection,
    pg: companies.pg.disk.connection,
    operator: companies.operator.disk.connection,
  });
  return {
    ...{ dice, timeline, network, broker, chronicle, inspector, companies, clerks, hostile, travellers, nemesis, note },
    boxes: machines,
    get weather() {
      return state.weather;
    },
    setWeather(next) {
      state.weather = next;
    },
    async step(untilMs) {
      const went = await timeline.step(untilMs);
      const boots = Object.values(companies).flatMap(({ booting }) => booting() ?? []);
      if (boots.length > 0) await Promise.all(boots).then(quiescence);
      return went;
    },
  };
}

/** Runs until then, or until an invariant breaks. */
export async function runFor(world: World, ms: number): Promise<void> {
  const untilMs = world.timeline.nowMs() + ms;
  while (world.inspector.violation() === null && (await world.step(untilMs)));
}

interface WitnessGround {
  timeline: Timeline;
  chronicle: Chronicle;
  note(what: string): void;
  inspector(): Inspector;
  hostile(): HostileBox;
}

function createWitness(ground: WitnessGround): Witness {
  const { timeline, chronicle, note } = ground;
  /** Scanned for card numbers as it is and as it reads; undefined: nothing signed. */
  const read = (deviceId: DeviceId, payload: string, verb: string) => {
    ground.inspector().text(`a message ${verb} by ${deviceId}`, payload);
    const seen = readWire(payload);
    if (seen === null) return undefined;
    const { message, text } = seen;
    ground.inspector().text(`a signed message ${verb} by ${deviceId}`, text);
    const subject = 'paymentId' in message ? (message.paymentId ?? worldSubject) : `${deviceId} wire`;
    chronicle.write(timeline.nowMs(), subject, `${deviceId}: ${verb} ${nameOf(message)}`);
    return message;
  };
  return {
    up(deviceId, channel, payload) {
      const message = read(deviceId, payload, 'said');
      if (message === undefined) return;
      ground.inspector().up(deviceId, message as UpMessage);
      ground.hostile().overhear(deviceId, channel, message as UpMessage, payload);
    },
    down(deviceId, payload) {
      const message = read(deviceId, payload, 'heard');
      if (message === undefined) return;
      if (message.type === 'payment.result') ground.hostile().overhearResult(message.paymentId);
      ground.inspector().down(deviceId, message as DownMessage);
    },
    boxCommitted(deviceId, changes) {
      for (const change of changes)
        chronicle.write(timeline.nowMs(), subjectOf(change), `${deviceId} ${tellChange(change)}`);
      ground.inspector().journalled(deviceId, changes);
    },
    companyCommitted: (company) => ground.inspector().readBook(company),
    paper(deviceId, receipt) {
      const subject = 'paymentId' in receipt ? receipt.paymentId : worldSubject;
      const copy = receipt.reprint ? ', a reprint' : '';
      chronicle.write(timeline.nowMs(), subject, `${deviceId} prints ${receipt.kind}${copy}`);
      ground.inspector().text(`a receipt of ${deviceId}`, JSON.stringify(receipt));
      ground.inspector().paper(deviceId, receipt);
    },
    text(source, text, mayHoldCard) {
      if (!mayHoldCard) ground.inspector().text(source, text);
      const paymentId = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.exec(text)?.[0];
      const shown = mayHoldCard ? text.replace(/"cardNumber":"[0-9]+"/, '"cardNumber":"…"') : text;
      chronicle.write(timeline.nowMs(), paymentId ?? worldSubject, `${source}: ${shorten(shown)}`);
    },
    note,
    fatal(name, error) {
      const detail = `${name} ended by itself: ${error instanceof Error ? error.stack : String(error)}`;
      note(detail);
      ground.inspector().fail({ check: goesOn.name, paymentId: null, detail });
    },
  };
}

/**
 * Signatures and sealed boxes differ from run to run (HPKE draws its own key), and where an error was made is the
 * affair of the checkout: only what is said goes into the story.
 */
const shorten = (text: string): string =>
  text
    .replace(/\\n {4}at [^"]*/g, '')
    .replace(/"[A-Za-z0-9_.+$%*:/ -]{80,}"/g, '"…"')
    .replace(/"(statementSha256|requestSha256|barcodeSha256)":"[^"]*"/g, '"$1":"…"')
    .slice(0, 240);

function subjectOf(change: JournalChange): string {
  if ('paymentId' in change) return change.paymentId;
  if (change.op === 'open-payment') return change.payment.paymentId;
  if (change.op === 'open-cancel') return change.cancel.paymentId;
  return worldSubject;
}

function tellChange(change: JournalChange): string {
  switch (change.op) {
    case 'open-payment': {
      const { tender, listAmountWon, coupon } = change.payment.request;
      const how = change.payment.phase === 'redeemed' ? 'redeems offline' : 'opens a payment';
      return `${how}: ${tender} ${listAmountWon}, ${coupon.kind}`;
    }
    case 'set-phase':
      return `records ${change.phase}`;
    case 'close-payment':
      return `records ${change.outcome.kind}${change.outcome.kind === 'declined' ? ` ${change.outcome.code}` : ''}`;
    case 'open-cancel':
      return `opens a cancel ${change.cancel.cancelId}`;
    case 'close-cancel':
      return `closes the cancel ${change.cancelId}: ${change.outcome.kind}`;
    case 'queue-receipt':
      return `queues a receipt: ${change.receipt.kind}`;
    case 'set-receipt':
      return `receipt ${change.receiptId} is ${change.state}`;
    case 'store-statement':
      return `stores the statement of ${change.record.statement.businessDate}: ${change.record.faults.length} faults`;
    case 'judge-statement':
      return `judges a statement again: ${change.faults.length} faults`;
    case 'answer-statement':
      return `answers a statement: ${change.answer}`;
    case 'set-lines':
      return `has ${change.settled.length} disputed lines settled`;
    case 'set-statement':
      return `has a statement ${change.state}`;
    case 'store-receipt-key':
      return 'stores the key for cash receipts';
    case 'put-receipt-order':
      return `has a cash receipt ${change.order.kind}: ${change.order.state}`;
    case 'store-terms':
      return `stores terms ${change.issued.termsId.slice(0, 8)}`;
    case 'take-command':
    case 'end-command':
    case 'store-alarms':
      return change.op;
  }
}
