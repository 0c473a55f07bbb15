import type { Duplex } from 'node:stream';
import { type IClientOptions, type IPublishPacket, MqttClient } from 'mqtt';
import { afterReading } from '../../after-reading.ts';
import type { Scheduler } from '../../clock.ts';
import { ScanPayError } from '../../errors.ts';
import { createFrameScanner } from '../../wire/frame-scanner.ts';
import { createHandlerGate } from './handler-gate.ts';

/** A message as it came; opaque to this layer. */
export interface IncomingPublish {
  topic: string;
  payload: Uint8Array;
  /** The broker had stored it before this subscription. */
  retained: boolean;
  /** The broker may have sent it before (MQTT 3.1.1 §3.3.1.1). */
  duplicate: boolean;
}

export interface MqttSessionOptions {
  /** Opens the byte stream: TCP or TLS, with TCP_NODELAY, for Nagle's algorithm costs 44–88 ms a round trip. */
  openStream: () => Duplex;
  clientId: string;
  username?: string;
  password?: string;
  will?: { topic: string; payload: string | Uint8Array };
  /** Announced to the broker, which drops the connection after 1.5 times as long in silence. */
  keepaliveSeconds: number;
  /** From opening the stream to CONNACK. */
  connectDeadlineMs: number;
  /** Asks for a PINGRESP every `periodMs`; silence of `deadlineMs` after a question ends the session. */
  probe?: { periodMs: number; deadlineMs: number };
  /** Largest packet taken from the broker; a larger one ends the session at its header. */
  maxPacketBytes: number;
  /** Handlers that run at once; beyond them nothing more is read from the broker. */
  maxConcurrentHandlers: number;
  /** Publishes that wait for their PUBACK; beyond them `publish` answers false at once. */
  maxUnacknowledged: number;
  scheduler: Scheduler;
  /** Starts in order of arrival; PUBACK goes out when it has settled, also when it failed: the sender repeats. */
  onPublish: (message: IncomingPublish) => void | Promise<void>;
  onHandlerError: (error: unknown) => void;
}

/** One MQTT 3.1.1 connection with a clean session, from CONNECT to its end; nothing of it outlives it. */
export interface MqttSession {
  /** QoS 1. True: PUBACK came within the deadline. False: not known to have arrived, and never repeated from here. */
  publish(
    topic: string,
    payload: string | Uint8Array,
    options: { retain: boolean; deadlineMs: number },
  ): Promise<boolean>;
  /** Rejects with `upstream_unavailable` unless the broker grants every filter within the deadline. */
  subscribe(filters: string[], deadlineMs: number): Promise<void>;
  /** Says DISCONNECT, so that the will is not published; cuts if that takes longer than the deadline. */
  close(deadlineMs: number): Promise<void>;
  /** Ends the session at once, without DISCONNECT. */
  cut(reason: string): void;
  /** Resolves with the reason when the session has ended. */
  readonly ended: Promise<string>;
}

/** An MQTT publish must not wait in a client that is not connected: the journal is the outbox. */
function toClientOptions(options: MqttSessionOptions): IClientOptions {
  return {
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // The cache is 65,536 small buffers, and the switch is one for the whole process.
    writeCache: false,
    clientId: options.clientId,
    keepalive: options.keepaliveSeconds,
    // The deadline below is the one that counts; this is the longest timer there is.
    connectTimeout: 2 ** 31 - 1,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.will === undefined
      ? {}
      : { will: { topic: options.will.topic, payload: toBuffer(options.will.payload), qos: 1, retain: true } }),
  };
}

function toBuffer(payload: string | Uint8Array): Buffer {
  return typeof payload === 'string'
    ? Buffer.from(payload)
    : Buffer.from(payload.buffer, payload.byteOffset, payload.length);
}

/** PUBACK (MQTT 3.1.1 §3.4) of a message whose handler has finished. */
function encodePuback(messageId: number): Uint8Array {
  return Uint8Array.of(0x40, 2, messageId >> 8, messageId & 0xff);
}

const disconnectPacket = Uint8Array.of(0xe0, 0);

/** Told to mqtt.js, which then reads on and leaves the PUBACK to us. */
const acknowledgedLater = new Error('acknowledged when the handler has finished');

interface Connection {
  client: MqttClient;
  stream: Duplex;
  ended: Promise<string>;
  hasEnded(): boolean;
  cut(reason: string): void;
}

function connectClient(options: MqttSessionOptions): Connection {
  const stream = options.openStream();
  const end = Promise.withResolvers<string>();
  let reason: string | undefined;
  let hasEnded = false;
  const cut = (why: string): void => {
    reason ??= why;
    stream.destroy();
  };
  guardIncoming(stream, options.maxPacketBytes, cut);
  stream.on('error', (error) => cut(error.message));
  const client = new MqttClient(() => stream, toClientOptions(options));
  client.on('error', (error) => cut(error.message));
  client.once('close', () => {
    hasEnded = true;
    // Only frees what mqtt.js still holds: there is no reconnect to stop and nothing left to send.
    client.end(true);
    end.resolve(reason ?? 'the broker closed the connection');
  });
  return { client, stream, ended: end.promise, hasEnded: () => hasEnded, cut };
}

/** mqtt.js stores whatever length a broker announces, up to 256 MiB. */
function guardIncoming(stream: Duplex, maxPacketBytes: number, cut: (reason: string) => void): void {
  const scanner = createFrameScanner();
  stream.on('data', (chunk: Uint8Array) => {
    for (let offset = 0; offset < chunk.length; ) {
      const step = scanner.advance(chunk, offset);
      if (step.malformed) return cut('malformed packet from the broker');
      if (step.frame && step.frame.packetBytes > maxPacketBytes) {
        return cut(`a packet of ${step.frame.packetBytes} bytes from the broker`);
      }
      offset = step.offset;
    }
  });
}

/** Any byte from the broker counts as a sign of life; while all handlers are busy nothing is read, and nothing asked. */
function startProbe(connection: Connection, options: MqttSessionOptions, isBlocked: () => boolean): void {
  const { probe, scheduler } = options;
  if (probe === undefined) return;
  let cancel = (): void => undefined;
  let heard = false;
  connection.stream.on('data', () => {
    heard = true;
  });
  const check = (): void => {
    if (heard || isBlocked()) cancel = scheduler.after(Math.max(0, probe.periodMs - probe.deadlineMs), ask);
    else connection.cut(`no answer to a ping within ${probe.deadlineMs} ms`);
  };
  const ask = (): void => {
    heard = false;
    connection.client.sendPing();
    cancel = afterReading(scheduler, probe.deadlineMs, check);
  };
  ask();
  void connection.ended.then(() => cancel());
}

function receiveInto(
  connection: Connection,
  options: MqttSessionOptions,
): { isBlocked(): boolean; idle(): Promise<void> } {
  const gate = createHandlerGate(options.maxConcurrentHandlers, options.onHandlerError);
  connection.client.handleMessage = (packet: IPublishPacket, readOn) => {
    gate.run(
      () => options.onPublish(toIncoming(packet)),
      () => readOn(acknowledgedLater),
      () => {
        if (packet.qos > 0 && packet.messageId !== undefined && connection.stream.writable) {
          connection.stream.write(encodePuback(packet.messageId));
        }
      },
    );
  };
  return { isBlocked: gate.isBlocked, idle: gate.idle };
}

function toIncoming(packet: IPublishPacket): IncomingPublish {
  const { topic, payload, retain, dup } = packet;
  return { topic, payload: toBuffer(payload), retained: retain, duplicate: dup };
}

/** Rejects with `upstream_unavailable` when CONNACK does not come in time, says no, or `signal` is aborted. */
export async function openMqttSession(options: MqttSessionOptions, signal: AbortSignal): Promise<MqttSession> {
  signal.throwIfAborted();
  const { scheduler } = options;
  const connection = connectClient(options);
  const incoming = receiveInto(connection, options);
  const onAbort = (): void => connection.cut('stopped');
  signal.addEventListener('abort', onAbort, { once: true });
  const cancelDeadline = scheduler.after(options.connectDeadlineMs, () => {
    connection.cut(`no answer to CONNECT within ${options.connectDeadlineMs} ms`);
  });
  const connected = new Promise<undefined>((resolve) => connection.client.once('connect', () => resolve(undefined)));
  const failure = await Promise.race([connected, connection.ended]);
  cancelDeadline();
  signal.removeEventListener('abort', onAbort);
  if (failure !== undefined) throw new ScanPayError('upstream_unavailable', failure);
  startProbe(connection, options, incoming.isBlocked);
  return createSession(connection, options, incoming.idle);
}

function createSession(connection: Connection, options: MqttSessionOptions, idle: () => Promise<void>): MqttSession {
  const { client, stream, ended } = connection;
  const { scheduler } = options;
  const pending = new Set<(acknowledged: boolean) => void>();
  void ended.then(() => {
    for (const settle of pending) settle(false);
  });

  return {
    ended,
    cut: connection.cut,
    publish(topic, payload, { retain, deadlineMs }) {
      if (connection.hasEnded() || stream.destroyed || pending.size >= options.maxUnacknowledged) {
        return Promise.resolve(false);
      }
      return new Promise((resolve) => {
        let cancelDeadline = (): void => undefined;
        const settle = (acknowledged: boolean): void => {
          if (!pending.delete(settle)) return;
          cancelDeadline();
          resolve(acknowledged);
        };
        pending.add(settle);
        client.publish(topic, toBuffer(payload), { qos: 1, retain }, (error) => settle(!error));
        const messageId = client.getLastMessageId();
        cancelDeadline = scheduler.after(deadlineMs, () => {
          settle(false);
          client.removeOutgoingMessage(messageId);
        });
      });
    },
    async subscribe(filters, deadlineMs) {
      const timeout = Promise.withResolvers<never>();
      const fail = (why: string): void => timeout.reject(new ScanPayError('upstream_unavailable', why));
      const cancelDeadline = scheduler.after(deadlineMs, () => fail(`no answer to SUBSCRIBE within ${deadlineMs} ms`));
      void ended.then(fail);
      try {
        await Promise.race([client.subscribeAsync(filters, { qos: 1 }), timeout.promise]);
      } catch (error) {
        if (error instanceof ScanPayError) throw error;
        throw new ScanPayError('upstream_unavailable', `the broker refuses ${filters.join(', ')}`, { cause: error });
      } finally {
        cancelDeadline();
      }
    },
    async close(deadlineMs) {
      const timeout = Promise.withResolvers<void>();
      const cancelDeadline = scheduler.after(deadlineMs, () => {
        connection.cut('no end within the deadline');
        timeout.resolve();
      });
      if (stream.writable) stream.end(disconnectPacket);
      await Promise.race([Promise.all([ended, idle()]), timeout.promise]);
      await ended;
      cancelDeadline();
    },
  };
}
