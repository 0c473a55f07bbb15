import { randomBytes } from 'node:crypto';
import { createSettings } from '@scanpay/device/box/fleet/settings.ts';
import { createMailroom } from '@scanpay/device/box/mailroom.ts';
import { createPresence } from '@scanpay/device/box/presence.ts';
import type { SettingsStore } from '@scanpay/device/ports/settings-store.ts';
import type { EffectiveSettings } from '@scanpay/shared/fleet/box-settings.ts';
import { createIdMaker } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { openMqttSession } from '@scanpay/shared/system/mqtt/mqtt-session.ts';
import { openBrokerStream } from '@scanpay/shared/system/mqtt/open-broker-stream.ts';
import { createSessionKeeper } from '@scanpay/shared/system/mqtt/session-keeper.ts';
import { systemScheduler as scheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { createEnvelopeOpener, type ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { importSigner } from '@scanpay/shared/wire/message-key.ts';
import { downMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import { downFilter, upTopic } from '@scanpay/shared/wire/topics.ts';
import type { BenchBox } from './make-world.ts';

export interface SimulatedBox {
  start(): void;
  /** As if the network were cut; the box comes back by itself. */
  drop(): void;
  stop(): Promise<void>;
}

const answerDeadlineMs = 60_000;
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const open = createEnvelopeOpener(downMessageSchemas);

const base: EffectiveSettings = {
  telemetryIntervalMs: 300_000,
  logLevel: 'info',
  receipt: { header: [], footer: [] },
  limits: {
    deadlineMs: 10_000,
    repeatMs: 2_000,
    inquiries: 3,
    maxRepeatMs: 60_000,
    recheckMs: 120_000,
    awaitScanMs: 120_000,
    showResultMs: 30_000,
    maxOpen: 20,
  },
  offline: { maxCount: 20, maxTotalWon: won(1_000_000), maxPerCoupon: 1 },
  health: {
    diskWarnMib: 500,
    diskFaultMib: 50,
    hotC: 75,
    tooHotC: 85,
    driftWarnMs: 2_000,
    certificateWarnDays: 5,
    memoryWarnPercent: 5,
  },
};

const inMemory: SettingsStore = { read: () => undefined, write: () => undefined };

/** A box as the broker and the operator see it: its session, presence, signatures and settings are the product's own. */
export function createSimulatedBox(
  { deviceId, key, cert, signingKey }: BenchBox,
  about: { broker: BrokerAddress; ca: string; operatorKey: ResolveKey },
): SimulatedBox {
  const ids = createIdMaker(scheduler, randomBytes);
  const signer = importSigner(signingKey);
  const createPair = createPresence({ deviceId, signer, clock: scheduler, ids });
  const mailroom = createMailroom({ deviceId, ids, clock: scheduler, signer });
  const presenceTopic = upTopic(deviceId, 'presence');
  let birth = '';

  const publish = async (topic: string, payload: string, session = keeper.current()): Promise<void> => {
    const isTaken = await session?.publish(topic, payload, { retain: true, deadlineMs: answerDeadlineMs });
    if (isTaken !== true) throw new Error(`${topic} was not acknowledged`);
  };
  const settings = createSettings({
    deviceId,
    base,
    store: inMemory,
    clock: scheduler,
    report: (report) => {
      mailroom
        .seal({ type: 'config.reported', ...report })
        .then(({ payload }) => publish(upTopic(deviceId, 'reported'), payload))
        .catch(() => undefined);
    },
    onApplied: () => undefined,
    log,
  });
  const keeper = createSessionKeeper({
    async connect(signal) {
      const pair = await createPair();
      birth = pair.online;
      return openMqttSession(
        {
          openStream: () => openBrokerStream(about.broker, { ca: about.ca, cert, key }),
          clientId: deviceId,
          will: { topic: presenceTopic, payload: pair.offline },
          keepaliveSeconds: 15,
          connectDeadlineMs: 120_000,
          probe: { periodMs: 5_000, deadlineMs: 30_000 },
          maxPacketBytes: 17 * 1024,
          maxConcurrentHandlers: 4,
          maxUnacknowledged: 4,
          scheduler,
          async onPublish({ payload }) {
            const opened = await open(payload, about.operatorKey);
            if (opened.ok && opened.value.message.type === 'config.desired') settings.take(opened.value.message);
          },
          onHandlerError: () => undefined,
        },
        signal,
      );
    },
    async prepare(session) {
      await session.subscribe([downFilter(deviceId)], answerDeadlineMs);
      await publish(presenceTopic, birth, session);
    },
    policy: { firstDelayMs: 500, longestDelayMs: 15_000 },
    scheduler,
    randomBytes,
    onState: (up) => settings.linkChanged(up),
    onProblem: () => undefined,
  });
  return {
    start: keeper.start,
    drop: () => keeper.current()?.cut('the network is cut'),
    stop: () => keeper.stop(async (session) => session.cut('stopped')),
  };
}
