import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import { describe, expect, it } from 'vitest';
import { checkContractVersion, checkNotBegun, maxContractVersions } from './check-version.ts';
import { contractOf, feeOf } from './testing/contracts.ts';

const date = (text: string) => text as BusinessDate;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const first = contractOf('m-sokcho' as MerchantId, rates, { validFrom: date('2026-01-01') });
const june = { ...first, version: 2, validFrom: date('2026-06-01'), validTo: date('2026-06-30') };
const next = { ...first, version: 3 };

describe('checkContractVersion', () => {
  it.each<[string, object]>([
    ['from the day after', { validFrom: date('2026-07-01') }],
    ['until the day before', { validFrom: date('2026-05-01'), validTo: date('2026-05-31') }],
    ['open-ended before it, for it gives way', { validFrom: date('2026-05-01') }],
    ['for another offer', { offerId: 'o-table' as OfferId, validFrom: date('2026-06-10') }],
    ['for another tender', { tender: 'cash', validFrom: date('2026-06-10') }],
    ['in its place', { validFrom: date('2026-06-10'), replaces: 2 }],
  ])('takes a version %s', (_what, differing) => {
    expect(checkContractVersion({ ...next, ...differing }, [first, june])).toMatchObject({ ok: true });
  });

  it.each<[string, object]>([
    ['on the same first day', { validFrom: date('2026-06-01') }],
    ['within it', { validFrom: date('2026-06-30') }],
    ['reaching into it', { validFrom: date('2026-05-01'), validTo: date('2026-06-01') }],
    ['around it', { validFrom: date('2026-05-01'), validTo: date('2026-08-01') }],
  ])('refuses a version %s', (_what, differing) => {
    const refused = checkContractVersion({ ...next, ...differing }, [first, june]);
    expect(refused).toEqual({ ok: false, code: 'contract_overlap', detail: 'version 2' });
  });

  it.each<[string, object]>([
    ['/validTo', { validFrom: date('2026-08-02'), validTo: date('2026-08-01') }],
    ['/replaces', { validFrom: date('2026-08-01'), replaces: 9 }],
    ['/pgFee/capWon', { validFrom: date('2026-08-01'), pgFee: { bps: 1, minWon: won(11), capWon: won(10) } }],
    ['/operatorFee/bps', { validFrom: date('2026-08-01'), operatorFee: feeOf(9_751) }],
  ])('names the field %s that cannot be', (field, differing) => {
    const refused = checkContractVersion({ ...next, ...differing }, [first, june]);
    expect(refused).toMatchObject({ ok: false, code: 'invalid_input', detail: expect.stringContaining(field) });
  });

  it('replaces a version once', () => {
    const known = [first, june, { ...next, validFrom: date('2026-07-01'), replaces: 2 }];
    const again = { ...first, version: 4, validFrom: date('2026-08-01'), replaces: 2 };
    expect(checkContractVersion(again, known)).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('takes fees that are the whole charge', () => {
    const whole = { ...next, validFrom: date('2026-07-01'), operatorFee: feeOf(9_750) };
    expect(checkContractVersion(whole, [first, june])).toMatchObject({ ok: true });
  });

  it('is full one day', () => {
    const known = Array.from({ length: maxContractVersions }, () => first);
    expect(checkContractVersion(next, known)).toMatchObject({ ok: false, code: 'too_large' });
  });
});

describe('checkNotBegun', () => {
  it('takes what begins after the open date only', () => {
    expect(checkNotBegun(june, [first], date('2026-05-31'))).toMatchObject({ ok: true });
    expect(checkNotBegun(june, [first], date('2026-06-01'))).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('replaces what has not begun only', () => {
    const instead = { ...next, validFrom: date('2026-07-01'), replaces: 2 };
    expect(checkNotBegun(instead, [first, june], date('2026-05-31'))).toMatchObject({ ok: true });
    expect(checkNotBegun(instead, [first, june], date('2026-06-01'))).toMatchObject({
      ok: false,
      detail: '/replaces: begun on 2026-06-01',
    });
  });
});
