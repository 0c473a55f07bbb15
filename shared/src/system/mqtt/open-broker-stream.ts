import { createConnection } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect } from 'node:tls';
import type { BrokerAddress } from '../../wire/broker-url.ts';

/** Trust and identity for `secure` brokers, as PEM; the names of node:tls. */
export type BrokerTls = Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'servername'>;

/**
 * Opens TCP or TLS to the broker with TCP_NODELAY. mqtt.js leaves Nagle's algorithm on, and with it a round trip of
 * small packets takes 44–88 ms. The certificate of a secure broker is always checked.
 */
export function openBrokerStream({ host, port, secure }: BrokerAddress, tls: BrokerTls = {}): Duplex {
  const socket = secure ? connect({ ...tls, host, port, minVersion: 'TLSv1.2' }) : createConnection({ host, port });
  return socket.setNoDelay(true);
}
