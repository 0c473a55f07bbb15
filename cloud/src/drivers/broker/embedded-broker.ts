import { type EventEmitter, once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions, Server as TlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import { Aedes } from 'aedes';
import type { Authenticate, Broker, BrokerNotice } from '../../ports/broker.ts';
import { isIssuedBy, readShownCertificate } from '../../ports/shown-certificate.ts';
import { type BrokerConnection, createBrokerHandlers } from './broker-handlers.ts';
import { guardStream } from './guarded-stream.ts';
import { createPacketGuard, type PacketLimits } from './packet-guard.ts';

export interface BrokerLimits extends PacketLimits {
  /** Beyond it a new connection is closed before a byte of it is read. */
  maxConnections: number;
  /** From the TCP connection to a successful CONNECT, TLS handshake included. */
  acceptDeadlineMs: number;
  /** Bytes waiting for a box that does not read. */
  maxOutboundBytes: number;
  /** A client must announce a keep-alive, and no longer one than this. */
  maxKeepaliveSeconds: number;
}

const defaultBrokerLimits: BrokerLimits = {
  maxConnections: 4000,
  acceptDeadlineMs: 10_000,
  maxConnectBytes: 8 * 1024,
  maxPacketBytes: 17 * 1024,
  burstPackets: 400,
  packetsPerSecond: 100,
  maxOutboundBytes: 256 * 1024,
  maxKeepaliveSeconds: 120,
};

export interface EmbeddedBrokerOptions {
  /** Interface to listen on, e.g. `127.0.0.1`. */
  host: string;
  /** 0 picks a free port. */
  port: number;
  /** Certificate and key of the broker, and `ca` with `requestCert` for boxes that show theirs; without it, plain TCP. */
  tls?: TlsOptions;
  authenticate: Authenticate;
  limits?: Partial<BrokerLimits>;
  scheduler: Scheduler;
  onNotice: (notice: BrokerNotice) => void;
}

/** Node's timers hold 31 bits of milliseconds. */
const longestTimerMs = 86_400_000;

interface Running {
  server: Server;
  aedes: Aedes;
  sockets: Set<Socket>;
  /** By the serial of the certificate the client showed. */
  bySerial: Map<string, Set<BrokerConnection>>;
  /** Of boxes, PEM, once they were changed; undefined: those of the start. */
  ca: string | undefined;
}

/**
 * MQTT 3.1.1 broker (aedes) with everything in memory: retained states are lost with the process, so boxes announce
 * themselves again when they reconnect, and the cloud publishes every desired configuration again when its link is up.
 */
export function createEmbeddedBroker(options: EmbeddedBrokerOptions): Broker {
  const limits = { ...defaultBrokerLimits, ...options.limits };
  let running: Running | undefined;

  return {
    async start() {
      if (running !== undefined) throw new Error('the broker is already running');
      const started = await startBroker(options, limits);
      running = started;
      const address = started.server.address();
      return { port: typeof address === 'object' && address !== null ? address.port : options.port };
    },
    async stop() {
      const stopping = running;
      running = undefined;
      if (stopping !== undefined) await stopBroker(stopping);
    },
    status: () => ({ connections: running?.sockets.size ?? 0 }),
    dropCertificate(serial) {
      for (const { guarded } of running?.bySerial.get(serial) ?? []) guarded.refuse('its certificate was revoked');
    },
    setServerIdentity({ key, cert }, ca) {
      if (!(running?.server instanceof TlsServer)) throw new Error('no broker with TLS is running');
      running.server.setSecureContext({ ...options.tls, key, cert, ca });
      running.ca = ca;
      for (const sharers of running.bySerial.values()) dropUnbelieved(sharers, ca);
    },
  };
}

async function startBroker(options: EmbeddedBrokerOptions, limits: BrokerLimits): Promise<Running> {
  const { onNotice } = options;
  const connections = new WeakMap<object, BrokerConnection>();
  const aedes = await Aedes.createBroker({
    ...createBrokerHandlers({ authenticate: options.authenticate, connections, onNotice }),
    keepaliveLimit: limits.maxKeepaliveSeconds,
    // Our own accept deadline is the one that counts.
    connectTimeout: 2 * limits.acceptDeadlineMs,
    // Only the cloud's link is ever waited for; a box that does not read is cut off by its guard.
    drainTimeout: 30_000,
    // Unlimited: a message that waits for the link must not hold up the answers to all boxes. What can wait is bounded
    // by the connections, for each reads on only when its last chunk has been delivered.
    concurrency: 0,
    queueLimit: 8,
    maxTopicLevels: 8,
  });
  (aedes as EventEmitter).on('error', (error: Error) => onNotice({ kind: 'failed', detail: error.message }));
  const sockets = new Set<Socket>();
  const bySerial: Running['bySerial'] = new Map();
  const server = createListener(options, limits, sockets, (socket) => {
    const connection = createConnection(socket, options, limits);
    connections.set(connection.guarded.stream, connection);
    // Before anybody asks whether the certificate is good: a revocation in between finds the connection here.
    if (socket instanceof TLSSocket) watchCertificate(socket, connection, bySerial, options.scheduler);
    // A handshake may have begun before the CAs were others.
    if (started.ca !== undefined) dropUnbelieved([connection], started.ca);
    aedes.handle(connection.guarded.stream);
  });
  const started: Running = { server, aedes, sockets, bySerial, ca: undefined };
  try {
    server.listen(options.port, options.host);
    await once(server, 'listening');
  } catch (error) {
    await stopBroker(started);
    throw error;
  }
  server.on('error', (error) => onNotice({ kind: 'failed', detail: error.message }));
  return started;
}

/** A certificate ends with its last day, also on a connection that lasts: nobody would look at it again. */
function watchCertificate(
  socket: TLSSocket,
  connection: BrokerConnection,
  bySerial: Running['bySerial'],
  scheduler: Scheduler,
): void {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return;
  const { serial, notAfterMs } = readShownCertificate(certificate);
  const { guarded } = connection;
  const sharers = bySerial.get(serial) ?? new Set();
  bySerial.set(serial, sharers.add(connection));
  let cancelTimer = noTimer;
  const watch = (): void => {
    const leftMs = notAfterMs - scheduler.nowMs();
    if (leftMs <= 0) guarded.refuse('its certificate has expired');
    else cancelTimer = scheduler.after(Math.min(leftMs, longestTimerMs), watch);
  };
  watch();
  guarded.stream.once('close', () => {
    cancelTimer();
    sharers.delete(connection);
    if (sharers.size === 0 && bySerial.get(serial) === sharers) bySerial.delete(serial);
  });
}

/** The cloud's own link is of this process: it shows its next certificate when it connects again. */
function dropUnbelieved(connections: Iterable<BrokerConnection>, ca: string): void {
  for (const { socket, principal, guarded } of connections) {
    const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined;
    if (principal === 'cloud' || certificate === undefined || isIssuedBy(certificate, ca)) continue;
    guarded.refuse('its certificate is of a CA that is believed no more');
  }
}

function createListener(
  { tls, onNotice }: EmbeddedBrokerOptions,
  limits: BrokerLimits,
  sockets: Set<Socket>,
  onConnection: (socket: Socket) => void,
): Server {
  const server =
    tls === undefined ? createTcpServer() : createTlsServer({ ...tls, handshakeTimeout: limits.acceptDeadlineMs });
  server.maxConnections = limits.maxConnections;
  server.on('drop', () => onNotice({ kind: 'refused', detail: `more than ${limits.maxConnections} connections` }));
  server.on('tlsClientError', (error: Error) => onNotice({ kind: 'refused', detail: error.message }));
  server.on('connection', (socket: Socket) => {
    // Nagle's algorithm costs 44–88 ms a round trip.
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return server.on(tls === undefined ? 'connection' : 'secureConnection', onConnection);
}

function createConnection(socket: Socket, options: EmbeddedBrokerOptions, limits: BrokerLimits): BrokerConnection {
  const { scheduler, onNotice } = options;
  const { remoteAddress } = socket;
  const notice = (detail: string): void =>
    onNotice({
      kind: 'refused',
      detail,
      ...(remoteAddress === undefined ? {} : { remoteAddress }),
      ...(connection.clientId === undefined ? {} : { clientId: connection.clientId }),
    });
  const guarded = guardStream(socket, {
    guard: createPacketGuard(limits, scheduler),
    maxOutboundBytes: limits.maxOutboundBytes,
    scheduler,
    onRefused: notice,
  });
  const cancelDeadline = scheduler.after(limits.acceptDeadlineMs, () =>
    guarded.refuse('no successful CONNECT in time'),
  );
  guarded.stream.once('close', cancelDeadline);
  const connection: BrokerConnection = {
    guarded,
    socket,
    onAccepted: cancelDeadline,
    notice,
    clientId: undefined,
    principal: undefined,
    connect: undefined,
  };
  return connection;
}

async function stopBroker({ server, aedes, sockets }: Running): Promise<void> {
  const closed = server.listening ? promisify(server.close.bind(server))() : Promise.resolve();
  await new Promise<void>((resolve) => aedes.close(() => resolve()));
  for (const socket of sockets) socket.destroy();
  await closed;
}
