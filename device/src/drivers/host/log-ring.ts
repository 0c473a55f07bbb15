import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The last lines that were written, of this run and of the one before. */
export interface LogRing {
  /** As a stream's: whole lines, with their line ends. */
  write(text: string): void;
  /** Oldest first. */
  lines(): readonly string[];
  /** For the next run; a disk that takes nothing more loses them, and nothing else. */
  save(): void;
}

/**
 * In memory while the box runs, which spares the SD card; written once, when it ends. A power cut loses it.
 * @param maxChars of all lines together; the oldest go
 */
export function createLogRing({ path, maxChars }: { path: string; maxChars: number }): LogRing {
  let lines: string[] = [];
  let chars = 0;
  const add = (line: string): void => {
    lines.push(line);
    chars += line.length;
    if (chars <= maxChars) return;
    // A quarter at once: to move the whole for each line would cost more than to keep it.
    while (chars > maxChars * 0.75 && lines.length > 1) chars -= lines.shift()?.length ?? 0;
  };
  const write = (text: string): void => {
    for (const line of text.split('\n')) if (line !== '') add(line.slice(0, maxChars));
  };
  write(readIfThere(path));
  return {
    write,
    lines: () => lines,
    save() {
      try {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(`${path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch {
        lines = lines.slice(-1);
      }
    },
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
