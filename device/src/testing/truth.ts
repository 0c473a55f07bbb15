import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type SymbolFormat, symbolFormats } from '../ports/decoder.ts';

/** A picture of a folder of test pictures, and the codes of one format in it. */
export interface KnownPicture {
  /** Relative to the folder. */
  file: string;
  /** First segment of the path: pictures of one kind. */
  family: string;
  /** `undefined`: not said, as where nothing is there. */
  format: SymbolFormat | undefined;
  /** What the codes say, `undefined` where that is not recorded; none: nothing is there. */
  texts: (string | undefined)[];
}

export interface Verdict {
  /** One of the codes was read. */
  read: boolean;
  /** Something was read that is not there. */
  wrong: boolean;
}

/**
 * The pictures listed in a folder's `truth.tsv`.
 *
 * @throws Error in words: no such folder, no `truth.tsv`, nothing in it, or what is wrong with which line.
 */
export function readTruth(dir: string): KnownPicture[] {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() !== true) throw new Error(`no such folder: ${dir}`);
  const path = join(dir, 'truth.tsv');
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw new Error(`no truth.tsv in ${dir}`);
  try {
    return parseTruth(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * Lines of file, format and text with tabs between, after an optional heading. The text is a JSON string: `""` says
 * that nothing is there, `*` (bare or as a string) that a code is there whose text is not recorded. A format of `-` is
 * not said. Lines of the same file and format are several codes of one picture.
 *
 * @throws Error that names the line.
 */
export function parseTruth(tsv: string): KnownPicture[] {
  const pictures = new Map<string, KnownPicture>();
  for (const [index, line] of tsv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line === '' || (index === 0 && line.startsWith('file\t'))) continue;
    try {
      addLine(pictures, line);
    } catch (error) {
      throw new Error(`line ${index + 1}: ${error instanceof Error ? error.message : error}`);
    }
  }
  if (pictures.size === 0) throw new Error('no pictures are listed');
  return [...pictures.values()];
}

export function judgeReads({ texts }: KnownPicture, reads: readonly string[]): Verdict {
  const isThere = (read: string): boolean => texts.includes(undefined) || texts.includes(read);
  return { read: reads.some(isThere), wrong: !reads.every(isThere) };
}

function addLine(pictures: Map<string, KnownPicture>, line: string): void {
  const [file, formatName, json, ...rest] = line.split('\t');
  if (!file || formatName === undefined || json === undefined || rest.length > 0) {
    throw new Error('not a file, a format and a text with a tab between each');
  }
  const format = parseFormat(formatName);
  const key = `${file}\t${format}`;
  const picture = pictures.get(key) ?? { file, family: parseFamily(file), format, texts: [] };
  pictures.set(key, picture);
  const text = json === '*' ? '*' : parseText(json);
  if (text !== '') picture.texts.push(text === '*' ? undefined : text);
}

function parseFamily(file: string): string {
  return file.includes('/') ? (file.split('/')[0] ?? '') : '.';
}

function parseFormat(name: string): SymbolFormat | undefined {
  if (name === '-' || name === '') return undefined;
  const format = symbolFormats.find((known) => known === name);
  if (format === undefined) throw new Error(`unknown format ${name}; known are ${symbolFormats.join(', ')} and -`);
  return format;
}

function parseText(json: string): string {
  let text: unknown;
  try {
    text = JSON.parse(json);
  } catch {
    // Told below.
  }
  if (typeof text !== 'string') throw new Error(`the text is not a JSON string: ${json.slice(0, 60)}`);
  return text;
}
