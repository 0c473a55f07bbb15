import { createServer, type Server } from 'node:https';
import type { CreateTlsListener } from '../../ports/tls-listener.ts';

const limits = { requestTimeoutMs: 30_000, handshakeTimeoutMs: 10_000, maxConnections: 500 };

export const createTlsListener: CreateTlsListener = (identity, ca) => {
  const fixed = { ca, requestCert: true, rejectUnauthorized: false, minVersion: 'TLSv1.3' } as const;
  let server: Server | undefined;
  return {
    serverFactory(handler) {
      const { key, cert } = identity;
      server = createServer({ key, cert, ...fixed, handshakeTimeout: limits.handshakeTimeoutMs }, handler);
      server.requestTimeout = limits.requestTimeoutMs;
      server.headersTimeout = limits.requestTimeoutMs;
      server.setTimeout(limits.requestTimeoutMs);
      server.maxConnections = limits.maxConnections;
      return server;
    },
    setIdentity: ({ key, cert }) => server?.setSecureContext({ key, cert, ca, minVersion: fixed.minVersion }),
  };
};
