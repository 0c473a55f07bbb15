import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every way a run of digits may lie in a file: ASCII, UTF-16 either way, BCD either alignment, base64 in three shifts. */
export function formsOfDigits(digits: string): { form: string; bytes: Buffer }[] {
  const ascii = Buffer.from(digits, 'ascii');
  const grouped = digits.replace(/(\d{4})(?=\d)/g, '$1 ');
  const utf16be = Buffer.from(digits, 'utf16le').swap16();
  return [
    { form: 'ASCII', bytes: ascii },
    { form: 'ASCII in groups', bytes: Buffer.from(grouped, 'ascii') },
    { form: 'ASCII with hyphens', bytes: Buffer.from(grouped.replaceAll(' ', '-'), 'ascii') },
    { form: 'UTF-16LE', bytes: Buffer.from(digits, 'utf16le') },
    { form: 'UTF-16BE', bytes: utf16be },
    { form: 'BCD', bytes: Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, 'hex') },
    // Half a byte off: the first and the last digit share their byte with something else.
    { form: 'BCD shifted', bytes: Buffer.from(digits.slice(1, digits.length % 2 === 0 ? -1 : undefined), 'hex') },
    ...[0, 1, 2].map((shift) => ({ form: `base64 +${shift}`, bytes: base64Core(ascii, shift) })),
    // Some test numbers are nearly all zeros; in BCD they are what empty pages and pictures are full of.
  ].filter(({ bytes }) => new Set(bytes).size >= 3);
}

/** The characters of a base64 text that depend on `bytes` alone when `shift` unknown bytes come before them. */
function base64Core(bytes: Buffer, shift: number): Buffer {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const skip = [0, 2, 3][shift] ?? 0;
  const whole = Math.floor(((shift + bytes.length) * 8) / 6);
  return Buffer.from(text.slice(skip, whole), 'ascii');
}

/** Files below a folder, with the form in which the digits were found. */
export function findDigits(folder: string, digits: string): { file: string; form: string }[] {
  const forms = formsOfDigits(digits);
  return listFiles(folder).flatMap((file) => {
    const content = readIfThere(file);
    return forms.filter(({ bytes }) => content.includes(bytes)).map(({ form }) => ({ file, form }));
  });
}

/** SQLite takes its write-ahead files away when a last connection closes: what is gone by now holds no digits. */
function readIfThere(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}
