import { createPeerLink } from '@scanpay/cloud/drivers/links/peer-link.ts';
import { asLinks, createNonceStore } from '@scanpay/cloud/drivers/sql/links/nonce-store.ts';
import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import type { PeerLink } from '@scanpay/cloud/ports/peer-link.ts';
import type { Kysely } from 'kysely';
import type { Dice } from '../engine/dice.ts';
import type { SimProcess } from '../engine/process.ts';
import { linkKeysOf } from './cast.ts';

/** The configuration's default. */
const clockSkewS = 30;

/** A company's end of its links, as its own main.ts opens it; the nonces are in its own database. */
export function openLink<Tables>(
  self: Company,
  db: Kysely<Tables>,
  { life, dice }: { life: SimProcess; dice: Dice },
): PeerLink {
  const keys = linkKeysOf(self);
  return life.guard(
    createPeerLink({
      ...{ self, clockSkewS, keys: () => keys },
      nonces: createNonceStore(asLinks(db)),
      clock: life.scheduler,
      randomBytes: dice.bytes,
    }),
  );
}
