import type { RequestListener } from 'node:http';
import type { Server } from 'node:https';
import type { OwnIdentity } from './certificate-authority.ts';

/** HTTPS where clients may show a certificate of these CAs, and need not. */
export interface TlsListener {
  /** For the framework that answers; called once. */
  serverFactory(handler: RequestListener): Server;
  /** New connections get this certificate, and may show one of these CAs (PEM). */
  setIdentity(identity: OwnIdentity, ca: string): void;
}

/** `ca` is PEM, of one or several. */
export type CreateTlsListener = (identity: OwnIdentity, ca: string) => TlsListener;
