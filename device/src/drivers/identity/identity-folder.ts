import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { TSchema } from 'typebox';
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

/**
 * A folder that only its owner may enter, with `identity.json`, `operator-keys.json` and, while a claim is being used,
 * `pending.json`. Each is replaced by renaming a file that is on the disk already.
 */
export function createIdentityFolder(folder: string): IdentityStore & OperatorKeysStore {
  const paths = {
    identity: join(folder, 'identity.json'),
    pending: join(folder, 'pending.json'),
    keys: join(folder, 'operator-keys.json'),
  };
  const readIdentity = readerOf(StoredIdentitySchema);
  const readPending = readerOf(PendingEnrolmentSchema);
  const readKeys = readerOf(StoredOperatorKeysSchema);
  return {
    read() {
      const identity = readIdentity(paths.identity);
      return identity === undefined ? undefined : withNewerKeys(identity, readKeys(paths.keys));
    },
    write: (identity) => replaceFile(folder, paths.identity, identity),
    readPending: () => readPending(paths.pending),
    writePending: (pending) => replaceFile(folder, paths.pending, pending),
    clearPending: () => rmSync(paths.pending, { force: true }),
    readKeys: () => readKeys(paths.keys),
    writeKeys: (keys) => replaceFile(folder, paths.keys, keys),
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

function readerOf<S extends TSchema>(schema: S) {
  const parse = createParser(schema);
  return (path: string) => {
    const text = readIfThere(path);
    if (text === undefined) return undefined;
    const parsed = parse(parseJson(text, path));
    if (!parsed.ok) throw new ScanPayError('configuration', `${path}: ${parsed.detail}`);
    return parsed.value;
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new ScanPayError('configuration', `${path} cannot be read`, { cause });
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ScanPayError('configuration', `${path} is not JSON`, { cause });
  }
}

function replaceFile(folder: string, path: string, content: object): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`;
  // One left by a power cut could have another mode.
  rmSync(fresh, { force: true });
  const file = openSync(fresh, 'wx', 0o600);
  try {
    writeSync(file, JSON.stringify(content));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(fresh, path);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
