import type { FastifyServerFactory } from 'fastify';
import type { OwnIdentity } from './certificate-authority.ts';

/** HTTPS where clients may show a certificate of this CA, and need not. */
export interface TlsListener {
  serverFactory: FastifyServerFactory;
  /** New connections get this certificate. */
  setIdentity(identity: OwnIdentity): void;
}

/** `ca` is PEM. */
export type CreateTlsListener = (identity: OwnIdentity, ca: string) => TlsListener;
