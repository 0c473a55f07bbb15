/**
 * One phone's folder: `001.txt` (subject, blank line, text) and, where there is a picture, `001.jpg`; then `002.txt` …
 * `.ids/001-<hash of the idempotency key>` is written first and reserves the number; the text is written last, so a
 * message whose text is there is complete.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MmsMessage } from '../../ports/mms.ts';
import { makeFileSafely, syncFolder, writeFileSafely } from '../common/write-file-safely.ts';

/** Messages kept per phone; older ones are deleted as new ones come. */
export const keptMessages = 1_000;

const idName = /^([0-9]{3,9})-([A-Za-z0-9_-]{43})$/u;
const textName = /^([0-9]{3,9})\.txt$/u;

export interface PhoneFolder {
  /** Resolves when the message is on disk. */
  add(message: MmsMessage): Promise<void>;
}

export const fileName = (number: number, ending: 'txt' | 'jpg'): string =>
  `${String(number).padStart(3, '0')}.${ending}`;

/** Numbers of the complete messages of a folder, ascending; none when there is no folder. */
export async function listNumbers(path: string): Promise<number[]> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const numbers = names.flatMap((name) => textName.exec(name)?.[1] ?? []).map(Number);
  return numbers.sort((a, b) => a - b);
}

/** Opens (and makes) the folder. One opener at a time; `add` calls must not overlap. */
export async function openPhoneFolder(path: string): Promise<PhoneFolder> {
  const idsPath = join(path, '.ids');
  await mkdir(idsPath, { recursive: true });
  await syncFolder(path);
  await syncFolder(join(path, '..'));
  const complete = new Set(await listNumbers(path));
  const numberOf = new Map<string, number>();
  for (const name of (await readdir(idsPath)).sort(byNumber)) {
    const [, number, hash] = idName.exec(name) ?? [];
    if (number !== undefined && hash !== undefined) numberOf.set(hash, Number(number));
  }
  let latest = Math.max(0, ...complete, ...numberOf.values());

  const reserve = async (hash: string): Promise<number> => {
    latest += 1;
    await makeFileSafely(join(idsPath, idFile(latest, hash)));
    numberOf.set(hash, latest);
    return latest;
  };
  /** `numberOf` is in order of number: as read, and as reserved. */
  const dropOld = async (): Promise<void> => {
    for (const [hash, number] of numberOf) {
      if (number > latest - keptMessages) return;
      for (const ending of ['txt', 'jpg'] as const) await rm(join(path, fileName(number, ending)), { force: true });
      await rm(join(idsPath, idFile(number, hash)), { force: true });
      numberOf.delete(hash);
      complete.delete(number);
    }
  };
  return {
    async add({ subject, text, jpeg, idempotencyKey }) {
      const hash = createHash('sha256').update(idempotencyKey).digest('base64url');
      const number = numberOf.get(hash) ?? (await reserve(hash));
      if (complete.has(number)) return;
      if (jpeg !== null) await writeFileSafely(join(path, fileName(number, 'jpg')), jpeg);
      await writeFileSafely(join(path, fileName(number, 'txt')), `${subject}\n\n${text}\n`);
      complete.add(number);
      await dropOld();
    },
  };
}

const idFile = (number: number, hash: string): string => `${String(number).padStart(3, '0')}-${hash}`;

const byNumber = (a: string, b: string): number => Number.parseInt(a, 10) - Number.parseInt(b, 10);
