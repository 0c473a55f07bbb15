import { describe, expect, it } from 'vitest';
import { maxScanBytes } from '../../ports/scanner.ts';
import { checkScanText } from './scan-text.ts';

describe('checkScanText', () => {
  it.each([
    [']Q1SP1:ABC', 'SP1:ABC'],
    [']d2SP1:ABC', 'SP1:ABC'],
    [']C0]Q1', ']Q1'],
    [']z4SP1:ABC', 'SP1:ABC'],
    [']zCSP1:ABC', 'SP1:ABC'],
    [']Q2\\000026SP1:A\\\\B', 'SP1:A\\B'],
    [']Q1SP1:A\\000026', 'SP1:A\\000026'],
    ['SP1:]Q1', 'SP1:]Q1'],
    ['](1x', '](1x'],
    ['한글 쿠폰', '한글 쿠폰'],
  ])('takes %j as %j', (text, expected) => {
    expect(checkScanText(text)).toEqual({ ok: true, text: expected });
  });

  it.each(['', ']Q1', 'a\u0000b', 'a\tb', 'a\u001db', 'a\u0085b', 'a\u007f', 'a\uFFFDb'])(
    'refuses %j as no text',
    (text) => {
      expect(checkScanText(text)).toEqual({ ok: false, reason: 'not-text' });
    },
  );

  it('counts bytes, without the prefix', () => {
    expect(checkScanText(`]Q1${'x'.repeat(maxScanBytes)}`).ok).toBe(true);
    expect(checkScanText('x'.repeat(maxScanBytes + 1))).toEqual({ ok: false, reason: 'too-long' });
    expect(checkScanText('가'.repeat(maxScanBytes / 3 + 1))).toEqual({ ok: false, reason: 'too-long' });
  });
});
