import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { createParser, strictObject } from '@scanpay/shared/schema.ts';
import Type, { type Static } from 'typebox';
import type { BootFolder, BootOrder, BootOrders } from '../../ports/boot-folder.ts';

const orders = ['claim', 'wifi'] as const satisfies BootOrder[];
const maxFileBytes = 4_096;

const ConcludedSchema = strictObject({
  order: Type.Union(orders.map((order) => Type.Literal(order))),
  /** Of the file as it was read: another one with the same name is another order. */
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  words: Type.String({ maxLength: 4_000 }),
});
const ConcludedListSchema = Type.Array(ConcludedSchema, { maxItems: orders.length });
type Concluded = Static<typeof ConcludedSchema>;
const parseConcluded = createParser(ConcludedListSchema);

export interface BootFolderOptions {
  /** On the boot partition, e.g. `/boot/firmware/scanpay`. */
  folder: string;
  /** In the box, where it may always write; what was carried out is noted there first. */
  notesFile: string;
  onProblem?(detail: string): void;
}

/**
 * The boot partition is FAT and belongs to root, so the box itself can only read it, and on many machines it is mounted
 * read-only. What was carried out is therefore noted in the box first: a file that cannot be removed is not taken twice.
 */
export function createBootFolder(options: BootFolderOptions): BootFolder {
  const { folder, notesFile, onProblem = () => undefined } = options;
  return {
    read() {
      const done = readConcluded(notesFile);
      const found: BootOrders = {};
      for (const order of orders) {
        const file = readOrder(folder, order);
        if (file === undefined) continue;
        if (done.some((each) => each.order === order && each.sha256 === file.sha256)) continue;
        found[order] = file.text;
      }
      return found;
    },
    conclude(order, words) {
      try {
        const file = readOrder(folder, order);
        const sha256 = file?.sha256 ?? '0'.repeat(64);
        const others = readConcluded(notesFile).filter((each) => each.order !== order);
        writeDurably(notesFile, JSON.stringify([...others, { order, sha256, words: words.slice(0, 4_000) }]));
        settleBootFolder(options);
      } catch (error) {
        onProblem((error as Error).message);
      }
    },
  };
}

/**
 * Takes from the folder what was carried out, and writes the outcomes there: for the box, where it may, and else for
 * `scanpay-device settle-boot`, run by `systemd/scanpay-boot.service`.
 */
export function settleBootFolder({ folder, notesFile, onProblem = () => undefined }: BootFolderOptions): boolean {
  let isSettled = true;
  for (const { order, sha256, words } of readConcluded(notesFile)) {
    try {
      const resultFile = join(folder, `${order}-result.txt`);
      const written = readText(resultFile);
      // Windows' editor wants CRLF, and knows UTF-8 by its mark.
      const text = `\ufeff${words.replace(/\r?\n/g, '\r\n')}\r\n`;
      if (written !== text && isThere(folder)) writeDurably(resultFile, text);
      if (readOrder(folder, order)?.sha256 === sha256) removeDurably(folder, orderFile(folder, order));
    } catch (error) {
      isSettled = false;
      onProblem(`${order}: ${(error as Error).message}`);
    }
  }
  return isSettled;
}

const orderFile = (folder: string, order: BootOrder): string => join(folder, `${order}.txt`);

/** The first line with something on it; `#` begins a remark. */
function readOrder(folder: string, order: BootOrder): { text: string; sha256: string } | undefined {
  const content = readText(orderFile(folder, order));
  if (content === undefined) return undefined;
  const lines = content.replace(/^\ufeff/, '').split(/\r?\n/);
  const text = lines.map((line) => line.trim()).find((line) => line !== '' && !line.startsWith('#')) ?? '';
  return { text, sha256: createHash('sha256').update(content).digest('hex') };
}

function readText(path: string): string | undefined {
  try {
    return statSync(path).size > maxFileBytes ? '' : readFileSync(path, 'utf8');
  } catch {
    return undefined; // Not there, or a card that is failing: there is no order then.
  }
}

function isThere(folder: string): boolean {
  try {
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}

function readConcluded(notesFile: string): Concluded[] {
  try {
    const parsed = parseConcluded(JSON.parse(readFileSync(notesFile, 'utf8')));
    return parsed.ok ? parsed.value : [];
  } catch {
    return []; // None yet.
  }
}

/** FAT has no renaming over a file that is safe against a power cut; a result cut short says so by its missing end. */
function writeDurably(path: string, text: string): void {
  mkdirSync(join(path, '..'), { recursive: true });
  const file = openSync(path, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Overwritten first: FAT leaves the bytes where they were. */
function removeDurably(folder: string, path: string): void {
  const file = openSync(path, 'r+');
  try {
    writeSync(file, Buffer.alloc(statSync(path).size));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  rmSync(path);
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
