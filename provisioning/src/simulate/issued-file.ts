import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { type Issued, issueCoupons } from './cloud/issue-coupons.ts';

export function readIssued(path: string): Issued {
  return deserialize(readFileSync(path)) as Issued;
}

/** Issues once for several processes; the file is gone when the work is done. */
export async function withIssuedFile<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-simulate-'));
  try {
    const path = join(folder, 'issued.bin');
    writeFileSync(path, serialize(await issueCoupons()));
    return await work(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
