import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSqliteKysely, openSqliteFile } from './database.ts';
import { eraseDeleted, erasurePadding } from './erasure.ts';

interface Tables {
  boxes: { id: string; padding: string; box: string };
}

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scanpay-erasure-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const idOf = (index: number) => hash(`id ${index}`).slice(0, 16);
const boxOf = (index: number) => hash(`box ${index}`) + hash(`lid ${index}`);

/** The same numbers on every run; with this seed, rows are moved at the wrong moment. */
function createDraw(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/**
 * Writes and deletes rows so that the tree's pages split and merge, with some of them carried into the file in
 * between. Returns which of the deleted boxes are still in one of the files.
 */
async function churn(padded: boolean, rowCount: number): Promise<number[]> {
  const connection = openSqliteFile(join(folder, 'churn.db'));
  const db = createSqliteKysely<Tables>(connection);
  const padding = padded ? erasurePadding(db) : '';
  connection.exec('create table boxes (id text primary key not null, padding text not null, box text not null)');
  // What is written where does not depend on how often the disk is waited for.
  connection.pragma('synchronous = off');
  const insert = connection.prepare('insert into boxes values (?, ?, ?)');
  const remove = connection.prepare('delete from boxes where id = ?');
  const draw = createDraw(5);
  const held: number[] = [];
  const deleted: number[] = [];
  const removeAt = (position: number) => {
    for (const index of held.splice(position, 1)) {
      remove.run(idOf(index));
      deleted.push(index);
    }
  };
  for (let index = 0; index < rowCount; index += 1) {
    insert.run(idOf(index), padding, boxOf(index));
    held.push(index);
    while (draw() < 0.3) removeAt(Math.floor(draw() * held.length));
    if (index % 200 === 0) await eraseDeleted(db, 'boxes');
  }
  for (const index of [...held]) if (index % 5 !== 0) removeAt(held.indexOf(index));
  expect(await eraseDeleted(db, 'boxes')).toBe(true);
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
  expect(held.every((index) => bytes.includes(boxOf(index)))).toBe(true);
  const found = deleted.filter((index) => bytes.includes(boxOf(index)));
  await db.destroy();
  return found;
}

describe('eraseDeleted', () => {
  it('leaves nothing in any file of what stood behind the padding', { timeout: 60_000 }, async () => {
    expect(await churn(true, 2_000)).toEqual([]);
  });

  it('would leave some without the padding, in the gaps of pages that rows were moved out of', async () => {
    expect(await churn(false, 4_000)).not.toEqual([]);
  });
});
