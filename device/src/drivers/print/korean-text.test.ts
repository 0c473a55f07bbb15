import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { columnsOf, encodeKorean, toPrintable, wrapText } from './korean-text.ts';

describe('toPrintable', () => {
  it.each([
    ['ASCII and Korean', '전복죽 2인 Set (A)', '전복죽 2인 Set (A)', 0],
    ['syllables outside KS X 1001', '똠방각하 펲시 쓩', '똠방각하 펲시 쓩', 0],
    ['Hanja and symbols of KS X 1001', '濟州 ㈜ ☎ ★ ①', '濟州 ㈜ ☎ ★ ①', 0],
    ['decomposed jamo, as a Mac sends them', '\u1112\u1161\u11ab', '한', 0],
    ['the won sign', '₩12,300', '￦12,300', 1],
    ['dashes and bullets', 'A–B — C • D', 'A-B - C · D', 3],
    ['Latin letters with marks', 'Café Łódź ñ', 'Cafe Łodz n', 4],
    ['emoji', '최고 👍🏽!', '최고 ??!', 2],
    ['one emoji with its variation selector', '☎️', '☎', 0],
    ['line ends and tabs', 'a\r\nb\tc', 'a  b c', 0],
    ['private use and lone surrogates', '\ue000\ud800', '??', 2],
  ])('keeps or replaces %s', (_name, text, printed, substitutions) => {
    expect(toPrintable(text)).toEqual({ text: printed, substitutions });
  });

  it('has the program draw no more than its font knows', () => {
    expect(toPrintable('南道 ≪가①≫', 'raster')).toEqual({ text: '?? 《가①》', substitutions: 4 });
    expect(toPrintable('南道 ≪가①≫')).toEqual({ text: '南道 ≪가①≫', substitutions: 0 });
  });

  it('lets no printer command through', () => {
    expect(toPrintable('\x1b@\x10\x04\x01\x1dV\x00\x7f\x9b').text).toBe('?@????V???');
  });

  it('gives only text that CP949 encodes and decodes to itself, for any input', async () => {
    await fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (input) => {
        const { text } = toPrintable(input);
        const bytes = encodeKorean(text);
        expect(iconv.decode(Buffer.from(bytes), 'cp949')).toBe(text);
        expect(bytes).toHaveLength(columnsOf(text));
        expect(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});

describe('encodeKorean', () => {
  // KS X 1001 rows 16 (가), 27 (원) and the extension's first syllable (갂), from the CP949 table.
  it.each([
    ['가', 'b0a1'],
    ['원', 'bff8'],
    ['갂', '8141'],
    ['─', 'a6a1'],
    ['A1', '4131'],
  ])('encodes %s as %s', (text, hex) => {
    expect(Buffer.from(encodeKorean(text)).toString('hex')).toBe(hex);
  });
});

describe('wrapText', () => {
  it.each([
    ['제주 흑돼지 정식 두 사람 코스', 12, ['제주 흑돼지', '정식 두 사람', '코스']],
    ['아주긴한단어입니다', 6, ['아주긴', '한단어', '입니다']],
    ['019ab04e-7f00-7abc-8def-0123456789ab', 32, ['019ab04e-7f00-7abc-8def-', '0123456789ab']],
    ['한a글b', 3, ['한a', '글b']],
    ['', 10, ['']],
  ])('breaks %j at %i columns', (text, columns, lines) => {
    expect(wrapText(text, columns)).toEqual(lines);
  });

  it('never makes a line wider than the paper and loses nothing but spaces', async () => {
    const words = fc.array(fc.constantFrom('가', '한글', 'a', 'bc-d', ' ', '  ', '漢', '긴단어하나', 'x'.repeat(30)));
    await fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 48 }), (parts, columns) => {
        const text = parts.join('');
        const lines = wrapText(text, columns);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
