import { describe, expect, it } from 'vitest';
import { printOnPaper } from './escpos-paper.ts';

const print = (hex: string, columns = 32) => printOnPaper(Buffer.from(hex.replaceAll(' ', ''), 'hex'), columns);
const text = (characters: string) => Buffer.from(characters, 'ascii').toString('hex');

describe('printOnPaper', () => {
  it('prints Korean two columns wide and ASCII one', () => {
    const { cells, heightDots } = print(`1b40 1c26 b0a1 ${text('A')} 0a`);
    expect(cells).toMatchObject([
      { character: '가', x: 0, y: 0, widthDots: 24, heightDots: 24 },
      { character: 'A', x: 24, y: 0, widthDots: 12, heightDots: 24 },
    ]);
    expect(heightDots).toBe(34);
  });

  it('aligns, enlarges, emphasizes, underlines and inverts', () => {
    const paper = print(`1b6101 1d2111 1b4501 1b2d01 1d4201 ${text('AB')} 0a`);
    expect(paper.cells).toMatchObject([
      { x: 168, widthDots: 24, heightDots: 48, bold: true, underline: true, inverse: true },
      { x: 192, widthDots: 24, heightDots: 48 },
    ]);
    expect(paper.heightDots).toBe(48);
    expect(print(`1b6102 ${text('A')} 0a`).cells[0]?.x).toBe(384 - 12);
  });

  it('sets characters of different height on one baseline', () => {
    const { cells } = print(`${text('a')} 1d2101 ${text('b')} 0a`);
    expect(cells.map((cell) => cell.y + cell.heightDots)).toEqual([48, 48]);
  });

  it('forgets all modes with ESC @', () => {
    const { cells } = print(`1c26 1d2111 1b4501 1b6101 1b40 ${text('A')} 0a`);
    expect(cells).toMatchObject([{ x: 0, widthDots: 12, bold: false }]);
    expect(() => print('1c26 1b40 b0a1 0a')).toThrow('outside two-byte mode');
  });

  it('feeds lines and motion units', () => {
    expect(print('1b6403').heightDots).toBe(3 * 34);
    expect(print('1b4a14').heightDots).toBe(10);
  });

  it('prints a raster, most significant bit first', () => {
    const { bitmaps } = print('1d763000 0100 0200 81 7e');
    expect(bitmaps).toHaveLength(1);
    const [bitmap] = bitmaps;
    const rows = [0, 1].map((y) => [0, 1, 6, 7].map((x) => bitmap?.isBlack(x, y)));
    expect(rows).toEqual([
      [true, false, false, true],
      [false, true, true, false],
    ]);
  });

  it('notes where the knife goes', () => {
    expect(print(`${text('A')} 0a 1d564200 ${text('B')} 0a 1d5601`).cuts).toEqual([34 + 64, 34 + 64 + 34]);
  });

  it('takes zeros between commands as nothing', () => {
    expect(print(`000000 ${text('A')} 0a`).cells).toHaveLength(1);
  });

  it.each([
    ['an unknown escape', '1b5a', 'unknown byte 1b'],
    ['a tab', '09', 'unknown byte 09'],
    ['a carriage return', '0d', 'unknown byte 0d'],
    ['a real-time question', '100401', 'unknown byte 10'],
    ['a bold argument out of range', '1b4507', 'ESC E 07 is not known'],
    ['a magnification it has not', '1d2122', 'GS ! 22 is not known'],
    ['another code page', '1b7412', 'ESC t 12 is not known'],
    ['a barcode other than QR', '1d286b0300304306', 'not a QR code'],
    ['a QR code that was not stored', '1d286b0300315130', 'before one is stored'],
    ['two-byte characters outside their mode', 'b0a1 0a', 'outside two-byte mode'],
    ['bytes that are not CP949', '1c26 ff41 0a', 'not CP949'],
    ['a command cut off', '1d286b2b00 3150', 'end within a command'],
    ['a line never fed', text('A'), 'not fed'],
    ['a cut through a line', `${text('A')} 1d564200`, 'GS V works at the start'],
    ['a line wider than the paper', `${text('x'.repeat(33))} 0a`, 'wider than the paper'],
    ['a picture wider than the paper', `1d763000 3100 0100 ${'ff'.repeat(49)}`, 'wider than the paper'],
    ['endless feeding', '1b64ff 1b64ff', 'longer than two metres'],
  ])('refuses %s', (_name, hex, message) => {
    expect(() => print(hex)).toThrow(message);
  });
});
