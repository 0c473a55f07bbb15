import { describe, expect, it } from 'vitest';
import { cutToWidth, toPrintable } from './printable-text.ts';

const pictures = new Set(Array.from('속초 밥상 abcdef…□é', (character) => character.codePointAt(0) ?? 0));
const half = (text: string): number => Array.from(text).length;

describe('toPrintable', () => {
  it.each([
    ['속초 밥상', '속초 밥상'],
    ['밥상😀', '밥상□'],
    ['👩‍🍳밥상', '□□밥상'],
    ['\u202Eabc\u2066', 'abc'],
    ['a\r\nb\tc\u0000', 'a  b c '],
    ['שלום', '□□□□'],
    ['e\u0301', 'é'],
    [`a${'\u0334'.repeat(500)}`, 'a'],
    ['\u1109\u1169\u11A8\u110E\u1169', '속초'],
    ['a\uD800b', 'a□b'],
  ])('prints %j as %j', (text, printed) => {
    expect(toPrintable(text, pictures)).toBe(printed);
  });
});

describe('cutToWidth', () => {
  it('leaves alone what fits', () => expect(cutToWidth('abcdef', 6, half)).toBe('abcdef'));
  it('cuts between characters, never within one', () => expect(cutToWidth('a😀😀😀', 3, half)).toBe('a😀…'));
  it('leaves at least the sign that something is missing', () => expect(cutToWidth('abcdef', 0, half)).toBe('…'));
});
