import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';
import type { OwnIdentity } from './certificate-authority.ts';

/** HTTPS where clients may show a certificate of this CA, and need not. */
export interface TlsListener {
  /** For the framework that answers; called once. */
  serverFactory(handler: RequestListener): Server;
  /** New connections get this certificate. */
  setIdentity(identity: OwnIdentity): void;
}

/** `ca` is PEM. */
export type CreateTlsListener = (identity: OwnIdentity, ca: string) => TlsListener;
