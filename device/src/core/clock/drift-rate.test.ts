import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitDriftPpm } from './drift-rate.ts';

const epochMs = Date.UTC(2026, 10, 23);

it('is not known before ten minutes have passed, nor of one comparison', () => {
  expect(fitDriftPpm([])).toBeNull();
  expect(fitDriftPpm([{ atMs: 0, offsetMs: 5 }])).toBeNull();
  expect(
    fitDriftPpm([
      { atMs: 0, offsetMs: 0 },
      { atMs: 599_999, offsetMs: 60 },
    ]),
  ).toBeNull();
});

it('finds any rate, within what the noise of the network allows', () => {
  const rate = fc.integer({ min: -5_000, max: 5_000 });
  const noise = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 20, maxLength: 32 });
  fc.assert(
    fc.property(rate, noise, (ppm, errorsMs) => {
      const comparisons = errorsMs.map((errorMs, index) => {
        const atMs = index * 600_000;
        return { atMs, offsetMs: epochMs + (atMs * ppm) / 1e6 + errorMs };
      });
      expect(Math.abs((fitDriftPpm(comparisons) ?? Number.NaN) - ppm)).toBeLessThan(3);
    }),
  );
});
