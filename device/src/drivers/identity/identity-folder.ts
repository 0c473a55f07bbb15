import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type IdentityStore, PendingEnrolmentSchema, StoredIdentitySchema } from '../../ports/identity-store.ts';
import { createJsonFileReader, replaceJsonFile } from '../common/json-file.ts';

/**
 * A folder that only its owner may enter, with `identity.json` and, while a claim is being used, `pending.json`.
 */
export function createIdentityFolder(folder: string): IdentityStore {
  const paths = { identity: join(folder, 'identity.json'), pending: join(folder, 'pending.json') };
  const readIdentity = createJsonFileReader(StoredIdentitySchema);
  const readPending = createJsonFileReader(PendingEnrolmentSchema);
  return {
    read: () => readIdentity(paths.identity),
    write: (identity) => replaceJsonFile(paths.identity, identity),
    readPending: () => readPending(paths.pending),
    writePending: (pending) => replaceJsonFile(paths.pending, pending),
    clearPending: () => rmSync(paths.pending, { force: true }),
  };
}
