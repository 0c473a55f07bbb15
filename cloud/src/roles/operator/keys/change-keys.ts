import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { CloudConfig, OperatorConfigSection } from '../../../config.ts';
import type { Authorities, Identity } from '../enrol/open-identity.ts';
import type { KeyDesk } from './key-desk.ts';
import type { LiveKeys } from './live-keys.ts';

type Section = OperatorConfigSection;

/**
 * Goes over to the keys of another configuration while everything runs: first what boxes could not follow is refused,
 * then all is changed, then the boxes are told.
 */
export function createKeyChange(parts: {
  keys: LiveKeys;
  links: { changeKeys(section: Section['links']): void };
  /** Keys the PG signs with. */
  changePgKeys(jwks: Section['pgKeys']): void;
  identity: Identity | null;
  openAuthorities(section: Section): Promise<Authorities>;
  desk: KeyDesk;
}): (next: CloudConfig) => Promise<void> {
  const { keys, links, identity, desk } = parts;
  return async ({ operator: next }) => {
    if (next === undefined) throw new ScanPayError('configuration', 'the section operator is missing');
    const changeAuthorities =
      identity === null ? null : await prepareAuthorities(identity, next, await parts.openAuthorities(next));
    keys.change(next);
    links.changeKeys(next.links);
    parts.changePgKeys(next.pgKeys);
    await changeAuthorities?.();
    await desk.announce();
  };
}

/** Null: they stay as they are. @throws ScanPayError `configuration` when boxes do not know the one that is to issue. */
async function prepareAuthorities(identity: Identity, next: Section, authorities: Authorities) {
  const before = identity.context.authorities().map(({ sha256 }) => sha256);
  const after = authorities.map(({ sha256 }) => sha256);
  if (before.join() === after.join()) return null;
  if (before.includes(authorities[0].sha256)) return () => identity.changeAuthorities(authorities);
  const [name] = next.identity.authorities;
  throw new ScanPayError(
    'configuration',
    `operator.identity.authorities: name ${name} among them first, until boxes know it`,
  );
}
