import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'vitest';

/** The words of each page, and the first page as a picture, as poppler sees them. */
export async function readPdf(
  ctx: TestContext,
  pdf: AsyncIterable<string | Buffer> | Iterable<Buffer>,
): Promise<{ pages: string[]; drawFirst(): Buffer }> {
  const folder = mkdtempSync(join(tmpdir(), 'scanpay-pdf-'));
  ctx.onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'statement.pdf');
  writeFileSync(path, await collect(pdf));
  const run = (program: string, ...args: string[]): Buffer => {
    try {
      return execFileSync(program, args, { timeout: 60_000 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ctx.skip('poppler-utils is not installed');
      throw error;
    }
  };
  return {
    pages: run('pdftotext', '-layout', path, '-').toString('utf8').split('\f').slice(0, -1),
    drawFirst: () => run('pdftoppm', '-r', '72', '-png', '-f', '1', '-l', '1', path),
  };
}

export async function collect(chunks: AsyncIterable<string | Buffer> | Iterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(Buffer.from(chunk));
  return Buffer.concat(all);
}
