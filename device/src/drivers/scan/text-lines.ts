import { isUtf8 } from 'node:buffer';
import { createLineGuard, type LineGuardOptions } from './line-guard.ts';

/** Bytes in, whole lines of text out. */
export interface TextLines {
  push(bytes: Uint8Array): void;
  /** Gives up the line it is in; leaves no timer. */
  close(): void;
}

export interface TextLinesOptions extends LineGuardOptions {
  onLine(text: string): void;
}

/** Reads lines as scanners send them; what is not UTF-8 is refused. */
export async function createTextLines(options: TextLinesOptions): Promise<TextLines> {
  const { ReadlineParser } = await import('@serialport/parser-readline');
  const guard = createLineGuard(options);
  // Latin-1 keeps every byte, so that what is not UTF-8 can be told from what is.
  const parser = new ReadlineParser({ delimiter: '\n', encoding: 'latin1' });
  parser.on('data', (line: string) => {
    const bytes = Buffer.from(line, 'latin1');
    if (isUtf8(bytes)) options.onLine(bytes.toString('utf8'));
    else options.onRejected('not-text', bytes.length);
  });
  guard.pipe(parser);
  return {
    push: (bytes) => void guard.write(bytes),
    close: () => void guard.destroy(),
  };
}
