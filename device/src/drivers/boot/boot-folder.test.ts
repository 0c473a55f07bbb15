import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBootFolder, settleBootFolder } from './boot-folder.ts';

let root: string;
let problems: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boot-'));
  mkdirSync(join(root, 'scanpay'));
  problems = [];
});
afterEach(() => rmSync(root, { recursive: true }));

const inFolder = (name: string): string => join(root, 'scanpay', name);
const options = () => ({
  folder: join(root, 'scanpay'),
  notesFile: join(root, 'data', 'notes.json'),
  onProblem: (detail: string) => void problems.push(detail),
});
const put = (name: string, text: string): void => writeFileSync(inFolder(name), text);
/** For root, a folder without permission is none: what stands for it is a file system that is mounted read-only. */
const orders = { read: () => createBootFolder(options()).read() };

describe('orders on the boot partition', () => {
  it('are read as a PC writes them: byte order mark, CRLF, remarks', () => {
    put('claim.txt', '\ufeff# from the office\r\n\r\n  SPE1:ABC  \r\n');
    put('wifi.txt', 'WIFI:S:a;;\n');
    expect(orders.read()).toEqual({ claim: 'SPE1:ABC', wifi: 'WIFI:S:a;;' });
  });

  it('are taken once: removed, with the outcome beside them, as a PC reads it', () => {
    put('claim.txt', 'SPE1:ABC');
    createBootFolder(options()).conclude('claim', '설치했습니다\nSet up');
    expect(existsSync(inFolder('claim.txt'))).toBe(false);
    expect(readFileSync(inFolder('claim-result.txt'), 'utf8')).toBe('\ufeff설치했습니다\r\nSet up\r\n');
    expect(orders.read()).toEqual({});
    put('claim.txt', 'SPE1:DEF');
    expect(orders.read()).toEqual({ claim: 'SPE1:DEF' });
  });

  it('are noted in the box where the partition cannot be written, taken no second time, and settled later', () => {
    // A folder in the result's place: neither root nor anybody else can write it.
    put('claim.txt', 'SPE1:ABC');
    mkdirSync(inFolder('claim-result.txt'));
    createBootFolder(options()).conclude('claim', 'words');
    expect(problems).toEqual([expect.stringContaining('claim')]);
    expect(existsSync(inFolder('claim.txt'))).toBe(true);
    expect(orders.read()).toEqual({});
    rmSync(inFolder('claim-result.txt'), { recursive: true });
    expect(settleBootFolder(options())).toBe(true);
    expect(existsSync(inFolder('claim.txt'))).toBe(false);
    expect(readFileSync(inFolder('claim-result.txt'), 'utf8')).toContain('words');
  });

  it('that are renewed before they are settled are not lost', () => {
    put('claim.txt', 'SPE1:ABC');
    mkdirSync(inFolder('claim-result.txt'));
    createBootFolder(options()).conclude('claim', 'words');
    put('claim.txt', 'SPE1:DEF');
    rmSync(inFolder('claim-result.txt'), { recursive: true });
    settleBootFolder(options());
    expect(orders.read()).toEqual({ claim: 'SPE1:DEF' });
  });

  it('are none where there is no folder, or no text', () => {
    rmSync(join(root, 'scanpay'), { recursive: true });
    expect(orders.read()).toEqual({});
    createBootFolder(options()).conclude('claim', 'words');
    expect(problems).toEqual([]);
    mkdirSync(join(root, 'scanpay'));
    put('claim.txt', 'x'.repeat(5_000));
    expect(orders.read()).toEqual({ claim: '' });
  });

  it('do not stop a box whose notes are damaged', () => {
    mkdirSync(join(root, 'data'));
    writeFileSync(join(root, 'data', 'notes.json'), '{"half');
    chmodSync(join(root, 'data', 'notes.json'), 0o600);
    put('claim.txt', 'SPE1:ABC');
    expect(orders.read()).toEqual({ claim: 'SPE1:ABC' });
    createBootFolder(options()).conclude('claim', 'words');
    expect(orders.read()).toEqual({});
  });
});
