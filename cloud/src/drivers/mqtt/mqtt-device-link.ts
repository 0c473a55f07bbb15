import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import {
  type IncomingPublish,
  type MqttSession,
  type MqttSessionOptions,
  openMqttSession,
} from '@scanpay/shared/system/mqtt/mqtt-session.ts';
import { type BrokerTls, openBrokerStream } from '@scanpay/shared/system/mqtt/open-broker-stream.ts';
import { createSessionKeeper, type SessionKeeper } from '@scanpay/shared/system/mqtt/session-keeper.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { maxPayloadBytes } from '@scanpay/shared/wire/envelope.ts';
import { downTopic, mayRetain, parseTopic, upChannels, upFilter } from '@scanpay/shared/wire/topics.ts';
import type { DeviceLink, DeviceLinkEvents } from '../../ports/device-link.ts';

export interface DeviceLinkLimits {
  /** From opening the socket to the broker's CONNACK. */
  connectDeadlineMs: number;
  /** For PUBACK and SUBACK, and for running handlers at `stop`. */
  answerDeadlineMs: number;
  /** A handler that takes longer than this, while all others are busy too, costs the connection. */
  keepaliveSeconds: number;
  firstReconnectDelayMs: number;
  longestReconnectDelayMs: number;
  /** Handlers at once; a database that commits in groups wants many. */
  maxConcurrentHandlers: number;
  /** Publishes that wait for their PUBACK. */
  maxUnacknowledged: number;
}

const defaultDeviceLinkLimits: DeviceLinkLimits = {
  connectDeadlineMs: 10_000,
  answerDeadlineMs: 5000,
  keepaliveSeconds: 30,
  firstReconnectDelayMs: 250,
  longestReconnectDelayMs: 10_000,
  maxConcurrentHandlers: 128,
  maxUnacknowledged: 1024,
};

export interface MqttDeviceLinkOptions {
  broker: BrokerAddress;
  tls?: () => BrokerTls;
  /** Names this worker among several: [a-z0-9-], at most 20. The client ids are `cloud-{name}-in` and `-out`. */
  name?: string;
  /** Where the broker does not know the link by its certificate. */
  username?: string;
  password?: string;
  /**
   * Several workers share the work: the broker gives each payment and settlement message to one of the group. Needs
   * `$share` (Mosquitto has it, the embedded broker does not). States go to every worker, for a shared subscription
   * gets no retained messages.
   */
  sharedGroup?: string;
  limits?: Partial<DeviceLinkLimits>;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  events: DeviceLinkEvents;
}

/**
 * What exceeds 16 KiB is dropped with a notice; what exceeds this ends the connection, for mqtt.js would store it. An
 * external broker must not let such packets through (`max_packet_size` in Mosquitto).
 */
const maxPacketBytes = 64 * maxPayloadBytes;

function upFilters(sharedGroup: string | undefined): string[] {
  return upChannels.map((channel) =>
    sharedGroup === undefined || mayRetain('up', channel)
      ? upFilter(channel)
      : `$share/${sharedGroup}/${upFilter(channel)}`,
  );
}

/** Resolves when `ready` has, or `signal` is aborted. */
async function readyOrAborted(ready: Promise<void>, signal: AbortSignal): Promise<void> {
  const abort = Promise.withResolvers<void>();
  const onAbort = (): void => abort.resolve();
  signal.addEventListener('abort', onAbort);
  await Promise.race([ready, abort.promise]);
  signal.removeEventListener('abort', onAbort);
}

function createReceiver(events: DeviceLinkEvents): (message: IncomingPublish) => void | Promise<void> {
  const drop = (detail: string): void => events.onProblem({ kind: 'dropped', detail });
  return ({ topic, payload, retained, duplicate }) => {
    const parsed = parseTopic(topic);
    if (!parsed.ok || parsed.value.direction !== 'up') return drop('a topic that is none of ours');
    const { deviceId, channel } = parsed.value;
    if (payload.length > maxPayloadBytes) return drop(`${payload.length} bytes from ${deviceId} on ${channel}`);
    if (retained && !mayRetain('up', channel)) return drop(`a retained message from ${deviceId} on ${channel}`);
    return events.onMessage({ deviceId, channel, payload, retained, duplicate });
  };
}

type Side = 'in' | 'out';

interface SideOptions {
  side: Side;
  /** Resolves when it makes sense to connect. */
  ready: () => Promise<void>;
  prepare: (session: MqttSession) => Promise<void>;
  onState: () => void;
}

function keepConnection(
  options: MqttDeviceLinkOptions,
  limits: DeviceLinkLimits,
  { side, ready, prepare, onState }: SideOptions,
): SessionKeeper {
  const { scheduler, randomBytes, events } = options;
  const onPublish = createReceiver(events);
  const sessionOptions: MqttSessionOptions = {
    openStream: () => openBrokerStream(options.broker, options.tls?.()),
    clientId: `cloud-${options.name ?? 'main'}-${side}`,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    keepaliveSeconds: limits.keepaliveSeconds,
    connectDeadlineMs: limits.connectDeadlineMs,
    maxPacketBytes,
    maxConcurrentHandlers: limits.maxConcurrentHandlers,
    maxUnacknowledged: limits.maxUnacknowledged,
    scheduler,
    onPublish,
    onHandlerError: (error) => events.onProblem({ kind: 'handler', detail: String(error) }),
  };
  return createSessionKeeper({
    connect: async (signal) => {
      await readyOrAborted(ready(), signal);
      return openMqttSession(sessionOptions, signal);
    },
    prepare,
    policy: { firstDelayMs: limits.firstReconnectDelayMs, longestDelayMs: limits.longestReconnectDelayMs },
    scheduler,
    randomBytes,
    onState,
    onProblem: (detail) => events.onProblem({ kind: 'connection', detail: `${side}: ${detail}` }),
  });
}

/**
 * DeviceLink over MQTT 3.1.1 and QoS 1, on two connections: when handlers are slow, reading from the broker stops,
 * and the PUBACKs of what those very handlers publish must not wait behind it.
 *
 * Clean sessions, so the broker keeps nothing for a link that is away: boxes repeat what was not answered, requests
 * carry their expiry, and a second queue with a life of its own would only replay what is stale.
 */
export function createMqttDeviceLink(options: MqttDeviceLinkOptions): DeviceLink {
  const limits = { ...defaultDeviceLinkLimits, ...options.limits };
  let connected = false;
  let outgoingUp = Promise.withResolvers<void>();
  const onState = (): void => {
    if (outgoing.current() === undefined) outgoingUp = Promise.withResolvers();
    else outgoingUp.resolve();
    const now = incoming.current() !== undefined && outgoing.current() !== undefined;
    if (now === connected) return;
    connected = now;
    options.events.onState(now);
  };

  const outgoing = keepConnection(options, limits, {
    side: 'out',
    ready: () => Promise.resolve(),
    prepare: () => Promise.resolve(),
    onState,
  });
  // Subscribed only when there is a way to answer.
  const incoming = keepConnection(options, limits, {
    side: 'in',
    ready: () => outgoingUp.promise,
    prepare: (session) => session.subscribe(upFilters(options.sharedGroup), limits.answerDeadlineMs),
    onState,
  });

  return {
    start() {
      outgoing.start();
      incoming.start();
      return Promise.resolve();
    },
    async stop() {
      // Running handlers may still want to answer, so the way out closes last.
      await incoming.stop((session) => session.close(limits.answerDeadlineMs));
      await outgoing.stop((session) => session.close(limits.answerDeadlineMs));
    },
    async publish(deviceId, channel, payload, { retain = false } = {}) {
      const bytes = Buffer.byteLength(payload);
      if (bytes > maxPayloadBytes) throw new ScanPayError('too_large', `${bytes} bytes to ${deviceId} on ${channel}`);
      if (retain && !mayRetain('down', channel)) throw new ScanPayError('invalid_input', `${channel} is not retained`);
      const session = outgoing.current();
      if (session === undefined) throw new ScanPayError('upstream_unavailable', 'no connection to the broker');
      const acknowledged = await session.publish(downTopic(deviceId, channel), payload, {
        retain,
        deadlineMs: limits.answerDeadlineMs,
      });
      if (!acknowledged) throw new ScanPayError('upstream_unavailable', 'the broker did not acknowledge in time');
    },
  };
}
