import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { judgeReads, parseTruth, readTruth } from './truth.ts';

describe('parseTruth', () => {
  it('reads texts, empty pictures and codes whose text is not recorded', () => {
    const lines = ['file\tformat\ttext', 'a/1.png\tQRCode\t"é\\u0001\\t"', 'b/c/2.png\t-\t""', '3.png\tAztec\t*'];
    expect(parseTruth(`${lines.join('\r\n')}\r\n`)).toEqual([
      { file: 'a/1.png', family: 'a', format: 'QRCode', texts: ['é\u0001\t'] },
      { file: 'b/c/2.png', family: 'b', format: undefined, texts: [] },
      { file: '3.png', family: '.', format: 'Aztec', texts: [undefined] },
    ]);
  });

  it('takes a list without its heading, and an asterisk in quotes', () => {
    expect(parseTruth('a/1.png\tQRCode\t"*"')).toMatchObject([{ file: 'a/1.png', texts: [undefined] }]);
  });

  it('takes lines of one file and format as codes of one picture', () => {
    const pictures = parseTruth('a/1.png\tQRCode\t"x"\na/1.png\tQRCode\t"y"\na/1.png\tAztec\t"z"\n');
    expect(pictures.map(({ format, texts }) => [format, texts])).toEqual([
      ['QRCode', ['x', 'y']],
      ['Aztec', ['z']],
    ]);
  });

  it.each([
    ['a line without a text', 'a.png\tQRCode', 'line 2: not a file, a format and a text with a tab between each'],
    ['a line without a file', '\tQRCode\t"x"', 'line 2: not a file, a format and a text with a tab between each'],
    ['a fourth column', 'a.png\tQRCode\t"x"\t1', 'line 2: not a file, a format and a text with a tab between each'],
    ['a format nobody reads', 'a.png\tITF\t"1"', /^line 2: unknown format ITF; known are QRCode, .* and -$/],
    ['a text without quotes', 'a.png\tQRCode\tx', 'line 2: the text is not a JSON string: x'],
    ['a number', 'a.png\tQRCode\t12', 'line 2: the text is not a JSON string: 12'],
  ])('refuses %s by its number', (_, line, message) => {
    expect(() => parseTruth(`file\tformat\ttext\n${line}\n`)).toThrow(message);
  });

  it('refuses an empty list', () => {
    expect(() => parseTruth('file\tformat\ttext\n')).toThrow('no pictures are listed');
  });
});

describe('readTruth', () => {
  it('says in words what is missing or wrong', () => {
    const dir = mkdtempSync(join(tmpdir(), 'truth-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    expect(() => readTruth(join(dir, 'none'))).toThrow(`no such folder: ${dir}/none`);
    expect(() => readTruth(dir)).toThrow(`no truth.tsv in ${dir}`);
    mkdirSync(join(dir, 'sub'));
    writeFileSync(join(dir, 'sub/truth.tsv'), 'broken');
    expect(() => readTruth(join(dir, 'sub/truth.tsv'))).toThrow('no such folder');
    expect(() => readTruth(join(dir, 'sub'))).toThrow(`${dir}/sub/truth.tsv: line 1: `);
  });
});

describe('judgeReads', () => {
  const picture = { file: 'a/1.png', family: 'a', format: 'QRCode', texts: ['x', 'y'] } as const;
  const judge = (texts: (string | undefined)[], reads: string[]) => judgeReads({ ...picture, texts }, reads);

  it('wants one of the codes that are there, and no other', () => {
    expect(judge(['x', 'y'], ['y'])).toEqual({ read: true, wrong: false });
    expect(judge(['x', 'y'], [])).toEqual({ read: false, wrong: false });
    expect(judge(['x', 'y'], ['x', 'z'])).toEqual({ read: true, wrong: true });
  });

  it('takes any read where nothing is there as wrong, and as right where the text is not recorded', () => {
    expect(judge([], ['x'])).toEqual({ read: false, wrong: true });
    expect(judge([undefined], ['x'])).toEqual({ read: true, wrong: false });
    expect(judge([undefined], [])).toEqual({ read: false, wrong: false });
  });
});
