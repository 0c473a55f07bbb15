import { createServer, type Server } from 'node:https';
import type { CreateTlsListener } from '../../ports/tls-listener.ts';

const limits = { requestTimeoutMs: 30_000, handshakeTimeoutMs: 10_000, maxConnections: 500 };

export const createTlsListener: CreateTlsListener = (identity, ca) => {
  const fixed = { requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' } as const;
  let server: Server | undefined;
  return {
    serverFactory(handler) {
      const { key, cert } = identity;
      server = createServer({ key, cert, ca, ...fixed, handshakeTimeout: limits.handshakeTimeoutMs }, handler);
      server.requestTimeout = limits.requestTimeoutMs;
      server.headersTimeout = limits.requestTimeoutMs;
      server.setTimeout(limits.requestTimeoutMs);
      server.maxConnections = limits.maxConnections;
      return server;
    },
    setIdentity: ({ key, cert }, believed) =>
      server?.setSecureContext({ key, cert, ca: believed, minVersion: fixed.minVersion }),
  };
};
