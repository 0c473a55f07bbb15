import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { type Result, refuse } from '@scanpay/shared/errors.ts';
import type { AedesOptions, AuthenticateError, Client, ConnectPacket } from 'aedes';
import type { Authenticate, BrokerNotice, Principal } from '../../ports/broker.ts';
import {
  type ConnectFacts,
  connectRefusal,
  mayPublishOrphanedWill,
  maySubscribe,
  type PublishFacts,
  publishRefusal,
} from './access-rules.ts';
import type { GuardedStream } from './guarded-stream.ts';

/** What is known of a connection, from its first byte on. */
export interface BrokerConnection {
  guarded: GuardedStream;
  socket: Socket;
  onAccepted: () => void;
  /** Tells the log what this client was refused. */
  notice: (detail: string) => void;
  connect: ConnectFacts | undefined;
  /** Both are set when the client is authenticated. */
  principal: Principal | undefined;
  clientId: string | undefined;
}

export interface BrokerHandlerOptions {
  authenticate: Authenticate;
  /** By the stream that aedes was given. */
  connections: WeakMap<object, BrokerConnection>;
  onNotice: (notice: BrokerNotice) => void;
}

type Handlers = Required<Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>>;

/** CONNACK return codes (MQTT 3.1.1 §3.2.2.3). */
const connackCode = { identifierRejected: 2, serverUnavailable: 3, notAuthorised: 5 } as const;

function connackError(reason: string, code: number): AuthenticateError {
  return Object.assign(new Error(reason), { returnCode: code as AuthenticateError['returnCode'] });
}

type WirePublish = { topic: string; qos?: number; retain?: boolean; payload: string | Buffer };

function publishFacts({ topic, qos = 0, retain = false, payload }: WirePublish): PublishFacts {
  return { topic, qos, retain, payloadBytes: Buffer.byteLength(payload) };
}

function connectFacts({ clientId, clean = false, will }: ConnectPacket): ConnectFacts {
  return { clientId, cleanSession: clean, will: will === undefined ? undefined : publishFacts(will) };
}

/** Ties aedes' hooks to the access rules. Who may do what is decided there, who is who by `authenticate`. */
export function createBrokerHandlers({ authenticate, connections, onNotice }: BrokerHandlerOptions): Handlers {
  const connectionOf = (client: Client): BrokerConnection => {
    const connection = connections.get(client.conn);
    if (connection === undefined) throw new Error('a client without a connection');
    return connection;
  };

  const identify = async (
    connection: BrokerConnection,
    username?: string,
    password?: Buffer,
  ): Promise<Result<Principal>> => {
    const { connect, socket } = connection;
    if (connect === undefined) return refuse('internal', 'no CONNECT');
    const identified = await authenticate({
      clientId: connect.clientId,
      username,
      password,
      peerCertificate: socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined,
    });
    if (!identified.ok) return identified;
    const refusal = connectRefusal(identified.value, connect);
    return refusal === undefined ? identified : refuse('device_mismatch', refusal);
  };

  const settle = (connection: BrokerConnection, result: Result<Principal>): AuthenticateError | null => {
    if (!result.ok) {
      connection.notice(`connect: ${result.code}: ${result.detail}`);
      const isMismatch = result.code === 'device_mismatch';
      return connackError(result.detail, isMismatch ? connackCode.identifierRejected : connackCode.notAuthorised);
    }
    connection.principal = result.value;
    connection.clientId = connection.connect?.clientId;
    connection.onAccepted();
    connection.guarded.accept({ trusted: result.value === 'cloud' });
    return null;
  };

  return {
    preConnect(client, packet, done) {
      connectionOf(client).connect = connectFacts(packet);
      done(null, true);
    },
    authenticate(client, username, password, done) {
      const connection = connectionOf(client);
      identify(connection, username, password).then(
        (result) => {
          const error = settle(connection, result);
          done(error, error === null);
        },
        (error: unknown) => {
          onNotice({ kind: 'failed', detail: `authentication: ${String(error)}` });
          done(connackError('authentication failed', connackCode.serverUnavailable), false);
        },
      );
    },
    authorizePublish(client, packet, done) {
      if (client === null) return done(mayPublishOrphanedWill(packet.topic) ? null : new Error('an unknown topic'));
      const { principal, guarded } = connectionOf(client);
      const refusal = principal === undefined ? 'not authenticated' : publishRefusal(principal, publishFacts(packet));
      if (refusal === undefined) return done(null);
      guarded.refuse(`publish: ${refusal}`);
      done(new Error(refusal));
    },
    authorizeSubscribe(client, subscription, done) {
      const { principal, notice } = connectionOf(client);
      if (principal !== undefined && maySubscribe(principal, subscription.topic)) return done(null, subscription);
      notice('subscribe: a filter of somebody else');
      done(null, null);
    },
  };
}
