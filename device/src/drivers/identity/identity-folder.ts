import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  type IdentityStore,
  PendingEnrolmentSchema,
  type StoredIdentity,
  StoredIdentitySchema,
} from '../../ports/identity-store.ts';
import {
  type OperatorKeysStore,
  type StoredOperatorKeys,
  StoredOperatorKeysSchema,
} from '../../ports/operator-keys-store.ts';
import { createJsonFileReader, replaceJsonFile } from '../common/json-file.ts';

/**
 * A folder that only its owner may enter, with `identity.json`, `operator-keys.json` and, while a claim is being used,
 * `pending.json`.
 */
export function createIdentityFolder(folder: string): IdentityStore & OperatorKeysStore {
  const paths = {
    identity: join(folder, 'identity.json'),
    pending: join(folder, 'pending.json'),
    keys: join(folder, 'operator-keys.json'),
  };
  const readIdentity = createJsonFileReader(StoredIdentitySchema);
  const readPending = createJsonFileReader(PendingEnrolmentSchema);
  const readKeys = createJsonFileReader(StoredOperatorKeysSchema);
  return {
    read() {
      const identity = readIdentity(paths.identity);
      return identity === undefined ? undefined : withNewerKeys(identity, readKeys(paths.keys));
    },
    write: (identity) => replaceJsonFile(paths.identity, identity),
    readPending: () => readPending(paths.pending),
    writePending: (pending) => replaceJsonFile(paths.pending, pending),
    clearPending: () => rmSync(paths.pending, { force: true }),
    readKeys: () => readKeys(paths.keys),
    writeKeys: (keys) => replaceJsonFile(paths.keys, keys),
  };
}

/** What came later counts: over the wire, or with a renewal; of another operator nothing does. */
function withNewerKeys(identity: StoredIdentity, held: StoredOperatorKeys | undefined): StoredIdentity {
  const { configuration, tls } = identity;
  if (held === undefined || held.claimSha256 !== identity.claimSha256) return identity;
  const { messageKeys, couponKeys, caCertificates, issuedAtMs } = held.keys;
  if (issuedAtMs <= (configuration.operator.issuedAtMs ?? 0)) return identity;
  return {
    ...identity,
    tls: { ...tls, caCertificates },
    configuration: { ...configuration, operator: { messageKeys, couponKeys, issuedAtMs } },
  };
}
