import type { RandomBytes, Scheduler } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { type IncomingPublish, type MqttSession, openMqttSession } from '@scanpay/shared/system/mqtt/mqtt-session.ts';
import { type BrokerTls, openBrokerStream } from '@scanpay/shared/system/mqtt/open-broker-stream.ts';
import { createSessionKeeper, type SessionKeeper } from '@scanpay/shared/system/mqtt/session-keeper.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { maxPayloadBytes } from '@scanpay/shared/wire/envelope.ts';
import { downFilter, mayRetain, parseTopic, upTopic } from '@scanpay/shared/wire/topics.ts';
import type { Uplink, UplinkEvents } from '../../ports/uplink.ts';

/** The two presence messages of one session; they carry the same session id. */
export interface PresencePair {
  /** Published retained when the session is up. */
  online: Uint8Array | string;
  /** Published retained by the broker when the session is lost, and by the box before it says goodbye. */
  offline: Uint8Array | string;
}

export interface UplinkTiming {
  /** From opening the socket to the broker's CONNACK. */
  connectDeadlineMs: number;
  /** For PUBACK and SUBACK. */
  answerDeadlineMs: number;
  /** Announced to the broker, which publishes the will after 1.5 times as long in silence. */
  keepaliveSeconds: number;
  /** A ping every period; a lost network is noticed after period + deadline at most. */
  pingPeriodMs: number;
  pingDeadlineMs: number;
  firstReconnectDelayMs: number;
  longestReconnectDelayMs: number;
}

/** A lost network is seen within 1.5 s + 1 s, also where the socket does not tell. */
const defaultUplinkTiming: UplinkTiming = {
  connectDeadlineMs: 10_000,
  answerDeadlineMs: 5000,
  keepaliveSeconds: 15,
  pingPeriodMs: 1500,
  pingDeadlineMs: 1000,
  firstReconnectDelayMs: 500,
  longestReconnectDelayMs: 15_000,
};

export interface MqttUplinkOptions {
  deviceId: DeviceId;
  broker: BrokerAddress;
  /** For a secure broker: its CA, and this box's certificate and key; asked at each connection, for they are renewed. */
  tls?: () => BrokerTls;
  /** Token, where the broker asks for one; the user name is the device id. */
  password?: string | undefined;
  /** Makes (and signs) the presence messages of a new session. */
  createPresence: () => Promise<PresencePair>;
  timing?: Partial<UplinkTiming>;
  scheduler: Scheduler;
  randomBytes: RandomBytes;
  events: UplinkEvents;
}

/** Room for topic and headers around the largest payload. */
const maxPacketBytes = maxPayloadBytes + 256;
const maxConcurrentHandlers = 16;
const maxUnacknowledged = 32;

/** Uplink over MQTT 3.1.1, QoS 1, clean sessions: neither mqtt.js nor the broker keeps messages for later. */
export function createMqttUplink(options: MqttUplinkOptions): Uplink & Pick<SessionKeeper, 'renew'> {
  const { deviceId, scheduler, randomBytes, events } = options;
  const timing = { ...defaultUplinkTiming, ...options.timing };
  const presenceTopic = upTopic(deviceId, 'presence');
  const acknowledgement = { deadlineMs: timing.answerDeadlineMs };
  let presence: PresencePair | undefined;

  const receive = ({ topic, payload, retained }: IncomingPublish): void | Promise<void> => {
    const parsed = parseTopic(topic);
    if (!parsed.ok || parsed.value.direction !== 'down' || parsed.value.deviceId !== deviceId) {
      return events.onProblem('dropped a message on a topic that is not ours');
    }
    const { channel } = parsed.value;
    if (payload.length > maxPayloadBytes) return events.onProblem(`dropped ${payload.length} bytes on ${channel}`);
    if (retained && !mayRetain('down', channel)) return events.onProblem(`dropped a retained message on ${channel}`);
    return events.onMessage({ channel, payload, retained });
  };

  const connect = async (signal: AbortSignal): Promise<MqttSession> => {
    const pair = await options.createPresence();
    presence = pair;
    return openMqttSession(
      {
        openStream: () => openBrokerStream(options.broker, options.tls?.()),
        clientId: deviceId,
        ...(options.password === undefined ? {} : { username: deviceId, password: options.password }),
        will: { topic: presenceTopic, payload: pair.offline },
        keepaliveSeconds: timing.keepaliveSeconds,
        connectDeadlineMs: timing.connectDeadlineMs,
        probe: { periodMs: timing.pingPeriodMs, deadlineMs: timing.pingDeadlineMs },
        maxPacketBytes,
        maxConcurrentHandlers,
        maxUnacknowledged,
        scheduler,
        onPublish: receive,
        onHandlerError: (error) => events.onProblem(`a message handler failed: ${String(error)}`),
      },
      signal,
    );
  };

  /** Subscribed before the birth: whoever sees the box online reaches it. */
  const prepare = async (session: MqttSession): Promise<void> => {
    await session.subscribe([downFilter(deviceId)], timing.answerDeadlineMs);
    const born = await session.publish(presenceTopic, presence?.online ?? '', { retain: true, ...acknowledgement });
    if (!born) throw new ScanPayError('upstream_unavailable', 'the birth message was not acknowledged');
  };

  const keeper = createSessionKeeper({
    connect,
    prepare,
    policy: { firstDelayMs: timing.firstReconnectDelayMs, longestDelayMs: timing.longestReconnectDelayMs },
    scheduler,
    randomBytes,
    onState: (connected) => events.onState(connected ? 'connected' : 'disconnected'),
    onProblem: events.onProblem,
  });

  return {
    start: keeper.start,
    renew: keeper.renew,
    stop: () =>
      keeper.stop(async (session) => {
        // A clean DISCONNECT discards the will, so the box says itself that it goes.
        await session.publish(presenceTopic, presence?.offline ?? '', { retain: true, ...acknowledgement });
        await session.close(timing.answerDeadlineMs);
      }),
    async publish(channel, payload, { retain = false } = {}) {
      const bytes = Buffer.byteLength(payload);
      if (bytes > maxPayloadBytes) throw new ScanPayError('too_large', `${bytes} bytes on ${channel}`);
      if (retain && !mayRetain('up', channel)) throw new ScanPayError('invalid_input', `${channel} is not retained`);
      const acknowledged = await keeper.current()?.publish(upTopic(deviceId, channel), payload, {
        retain,
        ...acknowledgement,
      });
      return acknowledged === true ? 'acknowledged' : 'not-sent';
    },
  };
}
