import type { KeyObject } from 'node:crypto';
import { importOperatorVerifyKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring, type OperatorVerifyKeys } from '@scanpay/shared/auth-barcode/keys.ts';
import { importVerifyKeys } from '@scanpay/shared/wire/message-key.ts';
import type { OperatorKeySet } from '@scanpay/shared/wire/operator-keys.ts';
import type { IdentityStore, StoredIdentity } from '../ports/identity-store.ts';
import type { OperatorKeysStore } from '../ports/operator-keys-store.ts';

/** What the box believes of its operator, which may change while it runs. */
export interface OperatorTrust {
  /** Keys of messages and statements, by `kid`. */
  messageKeys: Pick<ReadonlyMap<string, KeyObject>, 'get'>;
  couponKeys(): OperatorVerifyKeys;
  /** Uses the set at once, and has it on disk; one issued before the one held changes nothing. Returns what is held. */
  take(keys: OperatorKeySet): OperatorKeySet;
  /** The certificate was renewed, perhaps with newer keys. */
  refresh(): void;
  /** This connection is made anew with each new certificate: the old one may not be good for long. */
  keepFresh<Connection extends { renew(): void }>(connection: Connection): Connection;
}

/** `configured`: for a box that has no identity, and nothing newer on disk. */
export function createOperatorTrust(
  store: Pick<IdentityStore, 'read'> & OperatorKeysStore,
  configured: Pick<OperatorKeySet, 'messageKeys' | 'couponKeys'>,
): OperatorTrust {
  const load = (keys: OperatorKeySet) => ({
    keys,
    messages: importVerifyKeys(keys.messageKeys),
    coupons: createKeyring(keys.couponKeys.map(importOperatorVerifyKey)),
  });
  const readHeld = (): OperatorKeySet => {
    const identity = store.read();
    if (identity !== undefined) return keySetOf(identity);
    const held = store.readKeys();
    return held?.claimSha256 === null ? held.keys : { ...configured, caCertificates: [], issuedAtMs: 0 };
  };
  const connections: { renew(): void }[] = [];
  let current = load(readHeld());
  return {
    messageKeys: { get: (kid) => current.messages.get(kid) },
    couponKeys: () => current.coupons,
    take(keys) {
      const { messageKeys, couponKeys, caCertificates, issuedAtMs } = keys;
      const identity = store.read();
      // Without any CA the box could not get to the operator again.
      const isUsable = identity === undefined || caCertificates.length > 0;
      if (issuedAtMs <= current.keys.issuedAtMs || !isUsable) return current.keys;
      const next = load({ messageKeys, couponKeys, caCertificates, issuedAtMs });
      store.writeKeys({ v: 1, claimSha256: identity?.claimSha256 ?? null, keys: next.keys });
      current = next;
      return current.keys;
    },
    refresh() {
      const held = readHeld();
      if (held.issuedAtMs > current.keys.issuedAtMs) current = load(held);
      for (const connection of connections) connection.renew();
    },
    keepFresh(connection) {
      connections.push(connection);
      return connection;
    },
  };
}

/** The keys of an identity, as it came with enrolment or renewal. */
function keySetOf({ configuration, tls }: StoredIdentity): OperatorKeySet {
  const { messageKeys, couponKeys, issuedAtMs = 0 } = configuration.operator;
  return { messageKeys, couponKeys, caCertificates: tls.caCertificates, issuedAtMs };
}
