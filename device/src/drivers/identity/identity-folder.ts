import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import type { TSchema } from 'typebox';
import { type IdentityStore, PendingEnrolmentSchema, StoredIdentitySchema } from '../../ports/identity-store.ts';
import { replaceFile } from '../common/replace-file.ts';

const secret = { fileMode: 0o600, folderMode: 0o700 };

/**
 * A folder that only its owner may enter, with `identity.json` and, while a claim is being used, `pending.json`. Each is
 * replaced by renaming a file that is on the disk already.
 */
export function createIdentityFolder(folder: string): IdentityStore {
  const paths = { identity: join(folder, 'identity.json'), pending: join(folder, 'pending.json') };
  const readIdentity = readerOf(StoredIdentitySchema);
  const readPending = readerOf(PendingEnrolmentSchema);
  return {
    read: () => readIdentity(paths.identity),
    write: (identity) => replaceFile(paths.identity, JSON.stringify(identity), secret),
    readPending: () => readPending(paths.pending),
    writePending: (pending) => replaceFile(paths.pending, JSON.stringify(pending), secret),
    clearPending: () => rmSync(paths.pending, { force: true }),
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
