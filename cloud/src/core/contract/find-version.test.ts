import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, OfferId } from '@scanpay/shared/ids.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkScope } from './check-version.ts';
import { dropReplaced, findContractVersion, type VersionScope } from './find-version.ts';

const shop = 'm-sokcho' as MerchantId;
const offer = 'o-table' as OfferId;
const date = (text: string) => text as BusinessDate;
const scope = (differing: Partial<VersionScope>): VersionScope => ({
  version: 1,
  merchantId: shop,
  offerId: null,
  tender: null,
  validFrom: date('2026-01-01'),
  validTo: null,
  replaces: null,
  ...differing,
});
const wanted = { merchantId: shop, offerId: offer, tender: 'card', businessDate: date('2026-06-15') } as const;
const find = (...versions: VersionScope[]) => findContractVersion(versions, wanted)?.version;

describe('findContractVersion', () => {
  it('takes the version begun last, and not one still to come', () => {
    const versions = [
      scope({}),
      scope({ version: 2, validFrom: date('2026-06-15') }),
      scope({ version: 3, validFrom: date('2026-06-16') }),
    ];
    expect(find(...versions)).toBe(2);
    expect(find(...versions.toReversed())).toBe(2);
  });

  it('finds none before the first, after the last, or for another merchant', () => {
    expect(find(scope({ validFrom: date('2026-06-16') }))).toBeUndefined();
    expect(find(scope({ validTo: date('2026-06-14') }))).toBeUndefined();
    expect(find(scope({ merchantId: 'm-other' as MerchantId }))).toBeUndefined();
    expect(find(scope({ validTo: date('2026-06-15') }))).toBe(1);
  });

  it('does not come back to an open-ended version once one after it has ended', () => {
    const ended = scope({ version: 2, validFrom: date('2026-06-01'), validTo: date('2026-06-14') });
    expect(find(scope({}), ended)).toBeUndefined();
  });

  it.each<[string, Partial<VersionScope>, Partial<VersionScope>]>([
    ['the tender over none', { tender: 'card' }, {}],
    ['the offer over the tender', { offerId: offer }, { tender: 'card' }],
    ['offer and tender over the offer', { offerId: offer, tender: 'card' }, { offerId: offer }],
    ['the merchant over the offer', {}, { merchantId: null, offerId: offer, tender: 'card' }],
  ])('prefers %s', (_what, specific, general) => {
    expect(find(scope({ version: 2, ...general }), scope({ version: 3, ...specific }))).toBe(3);
    expect(find(scope({ version: 3, ...specific }), scope({ version: 2, ...general }))).toBe(3);
  });

  it('falls back on the general one where the specific one has ended', () => {
    expect(find(scope({}), scope({ version: 2, tender: 'card', validTo: date('2026-06-14') }))).toBe(1);
  });

  it('leaves out what was replaced', () => {
    const mistake = scope({ version: 2, validFrom: date('2026-06-01') });
    expect(find(scope({}), mistake, scope({ version: 3, validFrom: date('2026-07-01'), replaces: 2 }))).toBe(1);
  });
});

describe('versions taken one after another', () => {
  const day = fc.integer({ min: 1, max: 9 }).map((number) => date(`2026-06-0${number}`));
  const draft = fc.record({
    merchantId: fc.constantFrom(shop, null),
    offerId: fc.constantFrom(offer, null),
    tender: fc.constantFrom('card' as const, 'cash' as const, null),
    validFrom: day,
    validTo: fc.option(day),
    replaces: fc.option(fc.integer({ min: 1, max: 12 }), { freq: 3 }),
  });
  const entered = fc.array(draft, { minLength: 1, maxLength: 12 }).map((drafts) => {
    const taken: VersionScope[] = [];
    for (const each of drafts) {
      const version = { ...each, version: taken.length + 1 };
      if (checkScope(version, taken).ok) taken.push(version);
    }
    return taken;
  });

  it('leave one at most in force on any day and scope, whatever order they are read in', () => {
    fc.assert(
      fc.property(entered, day, fc.constantFrom('card' as const, 'cash' as const), (taken, businessDate, tender) => {
        const query = { merchantId: shop, offerId: offer, tender, businessDate };
        const found = findContractVersion(taken, query);
        expect(findContractVersion(taken.toReversed(), query)).toBe(found);
        if (found === undefined) return;
        expect(found.validFrom <= businessDate && businessDate <= (found.validTo ?? businessDate)).toBe(true);
        const rivals = dropReplaced(taken).filter(
          (each) =>
            each !== found &&
            each.merchantId === found.merchantId &&
            each.offerId === found.offerId &&
            each.tender === found.tender &&
            each.validFrom <= businessDate &&
            each.validFrom >= found.validFrom,
        );
        expect(rivals).toEqual([]);
      }),
    );
  });

  it('decide a day for good once it has begun: what is entered for later changes nothing', () => {
    fc.assert(
      fc.property(entered, draft, day, (taken, late, businessDate) => {
        const version = { ...late, replaces: null, version: 99 };
        fc.pre(late.validFrom > businessDate && checkScope(version, taken).ok);
        const query = { merchantId: shop, offerId: offer, tender: 'card', businessDate } as const;
        expect(findContractVersion([...taken, version], query)).toBe(findContractVersion(taken, query));
      }),
    );
  });
});
