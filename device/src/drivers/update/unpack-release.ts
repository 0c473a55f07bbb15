import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { extract, type ReadEntry } from 'tar';

/** Entries of one release at most, and folders in folders. */
const maxEntries = 100_000;
const maxDepth = 64;
/** Without these it is no release of a box; the package takes the types out of the programs. */
const mustHave = [
  ['bin/node'],
  ['device/src/main.js', 'device/src/main.ts'],
  ['device/src/updater/main.js', 'device/src/updater/main.ts'],
  ['release.json'],
];

const takenTypes: ReadonlySet<string> = new Set(['File', 'OldFile', 'ContiguousFile', 'Directory', 'SymbolicLink']);

/** Whether a path, or what a link points at from where it lies, stays inside the release. */
function staysInside(path: string): boolean {
  const plain = posix.normalize(path);
  return !posix.isAbsolute(plain) && plain !== '..' && !plain.startsWith('../') && !path.includes('\0');
}

/** Why an entry may not be unpacked; undefined: it may. Not left to the library, which leaves some out in silence. */
function whyNot({ path, type, linkpath = '' }: Pick<ReadEntry, 'path' | 'type' | 'linkpath'>): string | undefined {
  if (!takenTypes.has(type)) return `an entry of type ${type}`;
  if (!staysInside(path)) return 'a path out of the release';
  if (type !== 'SymbolicLink') return undefined;
  const target = posix.join(posix.dirname(path), linkpath);
  return posix.isAbsolute(linkpath) || !staysInside(target) ? 'a link out of the release' : undefined;
}

/**
 * Unpacks a tar.gz into an empty folder: files, folders and links that stay inside, of at most so many bytes.
 * @throws the error of the file system, as `ENOSPC`.
 */
export async function unpackRelease(file: string, folder: string, maxBytes: number): Promise<Result<void>> {
  let fault: string | undefined;
  let bytes = 0;
  let entries = 0;
  try {
    await extract({
      file,
      cwd: folder,
      strict: true,
      maxDepth,
      preserveOwner: false,
      // An archive is not stopped in its middle; of one with a fault nothing more is written.
      filter(_path, entry) {
        entries += 1;
        bytes += entry.size;
        fault ??= 'type' in entry ? whyNot(entry) : undefined;
        if (bytes > maxBytes) fault ??= `more than the ${maxBytes} bytes it is signed for`;
        if (entries > maxEntries) fault ??= `more than ${maxEntries} entries`;
        return fault === undefined;
      },
    });
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EIO') throw error;
    fault ??= `not a tar.gz (${code === '' ? String(error) : code})`;
  }
  const missing = mustHave.find((names) => names.every((path) => !existsSync(join(folder, path))));
  if (missing !== undefined) fault ??= `${missing[0]} is missing`;
  return fault === undefined ? accept(undefined) : refuse('release_unusable', fault.slice(0, 200));
}
