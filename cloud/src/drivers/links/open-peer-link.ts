import type { KeyObject } from 'node:crypto';
import type { Clock, RandomBytes } from '@scanpay/shared/clock.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { importSigner, importVerifyKeys, type SigningJwk, type VerifyJwk } from '@scanpay/shared/wire/message-key.ts';
import type { Company } from '../../ports/ledger.ts';
import type { NonceStore, PeerLink } from '../../ports/peer-link.ts';
import { createPeerLink, type LinkKeys } from './peer-link.ts';

/** What a company's configuration says of its links. */
export interface LinkSection {
  signingKey: SigningJwk;
  peers: Partial<Record<Company, readonly VerifyJwk[]>>;
  clockSkewMs: number;
}

/**
 * A link whose keys can be changed while it is used.
 * @throws ScanPayError `configuration` when two keys share an id.
 */
export function openPeerLink(
  self: Company,
  section: LinkSection,
  deps: { nonces: NonceStore; clock: Clock; randomBytes: RandomBytes },
): { link: PeerLink; changeKeys(section: LinkSection): void } {
  let keys = readLinkKeys(section);
  const clockSkewS = Math.ceil(section.clockSkewMs / 1_000);
  return {
    link: createPeerLink({ ...deps, self, keys: () => keys, clockSkewS }),
    changeKeys(next) {
      keys = readLinkKeys(next);
    },
  };
}

/** Who signed must be told by the key id alone. */
function readLinkKeys({ signingKey, peers }: LinkSection): LinkKeys {
  const signer = importSigner(signingKey);
  const known = new Map<string, { company: Company; key: KeyObject }>();
  for (const [company, jwks] of Object.entries(peers) as [Company, readonly VerifyJwk[]][]) {
    for (const jwk of jwks) {
      const { kid } = jwk;
      const key = importVerifyKeys([jwk]).get(kid);
      if (key === undefined || known.has(kid) || kid === signer.kid) {
        throw new ScanPayError('configuration', `links: two keys have the id ${kid}`);
      }
      known.set(kid, { company, key });
    }
  }
  return { signer, peers: known };
}
