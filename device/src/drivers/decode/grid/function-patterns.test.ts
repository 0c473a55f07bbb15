import { describe, expect, it } from 'vitest';
import { drawSymbol } from '../../../testing/draw-symbol.ts';
import { functionPatterns, maxVersion, nearestVersion, unknown } from './function-patterns.ts';

const quietZone = 4;
const versions = Array.from({ length: maxVersion }, (_, index) => index + 1);

describe('functionPatterns', () => {
  it.each(versions)('knows what a library draws in version %i', async (version) => {
    const { size, modules } = functionPatterns(version);
    const drawn = await drawSymbol('QRCode', 'SP1', 1, { version });
    expect(drawn.width).toBe(size + 2 * quietZone);
    const wrong = [...modules.entries()].filter(([at, module]) => {
      const y = Math.floor(at / size) + quietZone;
      const dark = drawn.data[y * drawn.width + (at % size) + quietZone] === 0;
      return module !== unknown && dark !== (module === 1);
    });
    expect(wrong).toEqual([]);
  });

  it('leaves data open', () => {
    const { modules } = functionPatterns(1);
    // 21² less three finder patterns with their separators, two timing patterns of 5 and the dark module.
    expect(modules.filter((module) => module === unknown)).toHaveLength(441 - 3 * 64 - 10 - 1);
  });
});

describe('nearestVersion', () => {
  it.each([
    [20, 1],
    [22.9, 1],
    [23.1, 2],
    [178, 40],
    [14, undefined],
    [190, undefined],
  ])('of %d modules is %s', (size, version) => {
    expect(nearestVersion(size)).toBe(version);
  });
});
