import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { describe, expect, it } from 'vitest';
import { agreement, merchantId } from '../approve/testing/pg-fixtures.ts';
import { checkAgreements } from './agreements.ts';

const next = { ...agreement, version: 5, validFrom: '2026-11-24' as BusinessDate };

describe('checkAgreements', () => {
  it('takes versions that follow each other, and one of a shop beside one of all', () => {
    const versions = [agreement, next, { ...next, version: 6, merchantId }];
    expect(checkAgreements(versions)).toBe(versions);
  });

  it.each([
    ['a number twice', [agreement, { ...next, version: 4 }]],
    ['the same first day', [agreement, { ...agreement, version: 5 }]],
    ['an end before the beginning', [{ ...next, validTo: '2026-11-23' as BusinessDate }]],
  ])('refuses %s', (_what, versions) => {
    expect(() => checkAgreements(versions)).toThrow(expect.objectContaining({ code: 'configuration' }));
  });
});
