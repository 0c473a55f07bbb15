import type { X509Certificate } from 'node:crypto';
import type { Result } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';

/** Who a connection belongs to: one box, or the cloud's own link. */
export type Principal = DeviceId | 'cloud';

/** What a client shows when it connects. */
export interface ConnectCredentials {
  clientId: string;
  username: string | undefined;
  password: Uint8Array | undefined;
  /** Set on TLS, when the client showed a certificate that chains to the listener's CA. */
  peerCertificate: X509Certificate | undefined;
}

/** Says whose connection this is; a refusal, a rejection and silence until the deadline all refuse the connection. */
export type Authenticate = (credentials: ConnectCredentials) => Promise<Result<Principal>>;

/** Something an operator of the broker wants to read in the log; holds no payload and no credential. */
export interface BrokerNotice {
  /** `refused`: a client broke a rule or a limit. `failed`: something of ours went wrong. */
  kind: 'refused' | 'failed';
  detail: string;
  /** The client id, once it has been authenticated. */
  clientId?: string;
  remoteAddress?: string;
}

export interface BrokerStatus {
  /** Open connections, authenticated or not. */
  connections: number;
}

/** The MQTT broker inside the cloud process. */
export interface Broker {
  /** Resolves with the port it listens on. */
  start(): Promise<{ port: number }>;
  /** Resolves when every connection is closed. */
  stop(): Promise<void>;
  status(): BrokerStatus;
  /** Ends every connection that shows this certificate, also one that is just being let in; serial in upper-case hex. */
  dropCertificate(serial: string): void;
  /**
   * New connections get this certificate of the broker, and must show one of these CAs (PEM); those that are open with
   * one of another CA end, but for the cloud's own. For a broker with TLS.
   */
  setServerIdentity(identity: { key: string; cert: string }, ca: string): void;
}
