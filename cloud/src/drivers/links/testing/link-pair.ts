import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { exportSigner, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { Company } from '../../../ports/ledger.ts';
import type { NonceStore } from '../../../ports/peer-link.ts';
import { type LinkSection, openPeerLink } from '../open-peer-link.ts';

export const makeLinkKey = (kid: string) =>
  exportSigner({ kid, privateKey: generateKeyPairSync('ed25519').privateKey });

/** In memory, for ever: enough for a test. */
function createNonceMemory(): NonceStore {
  const used = new Set<string>();
  return {
    async use({ keyId, nonce }) {
      const isFirst = !used.has(`${keyId} ${nonce}`);
      used.add(`${keyId} ${nonce}`);
      return isFirst;
    },
  };
}

/** The three companies' links, which know each other, by one clock. */
export function createLinks(nonces: NonceStore = createNonceMemory()) {
  const scheduler = createVirtualScheduler(Date.parse('2026-11-30T03:00:00Z'));
  const keys = {
    operator: makeLinkKey('operator-link-1'),
    pg: makeLinkKey('pg-link-1'),
    card: makeLinkKey('card-link-1'),
  };
  const open = (self: Company, peers: LinkSection['peers']) => {
    const section = { signingKey: keys[self], peers, clockSkewMs: 30_000 };
    return { section, ...openPeerLink(self, section, { nonces, clock: scheduler, randomBytes }) };
  };
  const of = (company: Company) => [verifyJwkOf(keys[company])];
  return {
    scheduler,
    keys,
    operator: open('operator', { pg: of('pg') }),
    pg: open('pg', { operator: of('operator'), card: of('card') }),
    card: open('card', { pg: of('pg') }),
  };
}
