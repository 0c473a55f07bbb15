import { describe, expect, it } from 'vitest';
import { type LightPattern, lightPatterns, litOn } from './light-patterns.ts';

const names = Object.keys(lightPatterns) as LightPattern[];

/** What an eye without colours can tell: how many flashes per cycle, how long the longest is, how long a cycle takes. */
function rhythmOf(name: LightPattern): { flashes: number; longestMs: number; cycleMs: number } {
  const { blinkMs } = lightPatterns[name];
  const onMs = blinkMs.filter((_, index) => index % 2 === 0);
  return { flashes: onMs.length, longestMs: Math.max(0, ...onMs), cycleMs: blinkMs.reduce((sum, ms) => sum + ms, 0) };
}

function ratio(a: number, b: number): number {
  return Math.max(a, b) / Math.min(a, b);
}

describe('lightPatterns', () => {
  it('has for every pattern a colour, whole on/off pairs and words in both languages', () => {
    for (const name of names) {
      const { colours, blinkMs, meaning, look } = lightPatterns[name];
      expect(colours.length, name).toBeGreaterThan(0);
      expect(blinkMs.length % 2, name).toBe(0);
      expect(Math.min(...blinkMs, 1000), name).toBeGreaterThanOrEqual(100);
      for (const words of [meaning, look]) {
        expect(words.en, name).toMatch(/^[A-Z].*\.$/);
        expect(words.ko, name).toMatch(/[가-힣]/);
      }
    }
  });

  it('can be told apart without colour', () => {
    for (const [index, a] of names.entries()) {
      for (const b of names.slice(index + 1)) {
        const [left, right] = [rhythmOf(a), rhythmOf(b)];
        const differs =
          left.flashes !== right.flashes ||
          ratio(left.longestMs, right.longestMs) >= 2 ||
          ratio(left.cycleMs, right.cycleMs) >= 2;
        expect(differs, `${a} and ${b}`).toBe(true);
      }
    }
  });

  it('has a colour and rhythm of its own for an unknown outcome', () => {
    for (const name of names.filter((other) => other !== 'unknown')) {
      expect(lightPatterns[name].colours, name).not.toEqual(lightPatterns.unknown.colours);
    }
  });

  it('never flashes more than three times in a second', () => {
    for (const name of names) {
      const { blinkMs } = lightPatterns[name];
      const { cycleMs } = rhythmOf(name);
      const onsets: number[] = [];
      for (let startMs = 0; cycleMs > 0 && startMs < 10_000; startMs += cycleMs) {
        let atMs = startMs;
        for (const [index, ms] of blinkMs.entries()) {
          if (index % 2 === 0) onsets.push(atMs);
          atMs += ms;
        }
      }
      for (const from of onsets) {
        expect(onsets.filter((at) => at >= from && at < from + 1000).length, name).toBeLessThanOrEqual(3);
      }
    }
  });
});

describe('litOn', () => {
  it('lights what is wired, and lets another LED stand in for a missing colour', () => {
    expect(litOn(['red', 'green', 'blue'], ['red', 'blue'])).toEqual(['red', 'blue']);
    expect(litOn(['red', 'green'], ['red', 'blue'])).toEqual(['red']);
    expect(litOn(['green'], ['red'])).toEqual(['green']);
    expect(litOn(['green'], [])).toEqual([]);
    expect(litOn([], ['red'])).toEqual([]);
  });
});
