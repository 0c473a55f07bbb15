import { describe, expect, it } from 'vitest';
import { formatTable } from './format-table.ts';
import { nothingThere, type Sample, tally } from './tally.ts';

const base: Sample = {
  file: 'a/1.png',
  group: 'QRCode',
  family: 'a',
  readable: true,
  decoder: 'first',
  read: true,
  wrong: false,
  ms: 1,
};

describe('tally', () => {
  it('counts per group and family and over all, reads as a share of what can be read', () => {
    const rows = tally([
      { ...base, group: nothingThere, family: 'c', readable: false, read: false, wrong: true, ms: 9 },
      { ...base, group: 'Aztec' },
      { ...base, family: 'b', read: false, ms: 3 },
      base,
      { ...base, ms: 5 },
    ]);
    const seen = rows.map(({ group, family, pictures, scores }) => [group, family, pictures, scores.first]);
    expect(seen).toEqual([
      ['QRCode', 'a', 2, { read: 2, readRate: 1, wrong: 0, medianMs: 1, p95Ms: 5 }],
      ['QRCode', 'b', 1, { read: 0, readRate: 0, wrong: 0, medianMs: 3, p95Ms: 3 }],
      ['QRCode', 'all', 3, { read: 2, readRate: 2 / 3, wrong: 0, medianMs: 3, p95Ms: 5 }],
      ['Aztec', 'a', 1, { read: 1, readRate: 1, wrong: 0, medianMs: 1, p95Ms: 1 }],
      [nothingThere, 'c', 1, { read: 0, readRate: null, wrong: 1, medianMs: 9, p95Ms: 9 }],
      ['all', 'all', 5, { read: 3, readRate: 3 / 4, wrong: 1, medianMs: 3, p95Ms: 9 }],
    ]);
  });

  it('keeps decoders apart, and counts a picture once', () => {
    const [row, ...rest] = tally([base, { ...base, decoder: 'second', read: false }]);
    expect(rest).toEqual([]);
    expect(row).toMatchObject({ pictures: 1, scores: { first: { read: 1 }, second: { read: 0 } } });
  });
});

describe('formatTable', () => {
  it('puts the decoders side by side', () => {
    const rows = tally([base, { ...base, decoder: 'second', read: false, wrong: true, ms: 12.34 }]);
    expect(formatTable(rows, ['first', 'second'], { group: 'format', family: 'family' })).toEqual([
      '                                               first                       second',
      'format  family pictures     read wrong    med    p95     read wrong    med    p95',
      'QRCode  a             1  100.0 %     0    1.0    1.0    0.0 %     1   12.3   12.3',
    ]);
  });
});
