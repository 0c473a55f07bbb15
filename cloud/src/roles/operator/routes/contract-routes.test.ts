import type { ContractDraft } from '@scanpay/shared/api/contract.ts';
import { basisPoints, won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contractOf, feeOf } from '../../../core/contract/testing/contracts.ts';
import { createOperatorWorld, type OperatorWorld, otherShop, shop } from '../testing/operator-world.ts';

/** The world's clock stands on Monday, 2026-11-23. */
let world: OperatorWorld;
beforeEach(async () => {
  world = await createOperatorWorld();
});
afterEach(() => world.dispose());

const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };
const { merchantId: _merchant, version: _version, ...terms } = contractOf(shop, rates);
/** A cheaper operator from Tuesday on, 500 won at least. */
const draft: ContractDraft = {
  ...terms,
  validFrom: '2026-11-24' as ContractDraft['validFrom'],
  operatorFee: { bps: 300, minWon: won(500), capWon: won(5_000) },
};

const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
  const reply = await world.role.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
  return { status: reply.statusCode, body: reply.json<Record<string, never>>() };
};
const enter = (differing: object = {}) => call('POST', `/v1/merchants/${shop}/contracts`, { ...draft, ...differing });
const applicable = (businessDate: string, tender = 'card') =>
  call(
    'GET',
    `/v1/merchants/${shop}/contracts/applicable?businessDate=${businessDate}&offerId=o-table&tender=${tender}`,
  );
const versions = async () => (await world.store.listContracts(shop)).map(({ contract }) => contract.version);

describe('the contracts of a merchant', () => {
  it('are listed with those that the configuration brought along', async () => {
    expect(await call('GET', '/v1/merchants')).toMatchObject({
      status: 200,
      body: {
        merchants: [
          { merchantId: shop, name: '속초 밥상' },
          { merchantId: otherShop, name: '설악 스테이' },
        ],
      },
    });
    expect(await call('GET', `/v1/merchants/${shop}/contracts`)).toMatchObject({
      status: 200,
      body: { merchantName: '속초 밥상', contracts: [{ contract: contractOf(shop, rates, { version: 3 }) }] },
    });
    expect(await call('GET', '/v1/merchants/m-none/contracts')).toMatchObject({ status: 404 });
  });

  it('are not entered again at the next start', async () => {
    await world.reboot();
    expect(await versions()).toEqual([3]);
  });

  it('take a new version under the next number, and keep the old one', async () => {
    const entered = await enter();
    expect(entered).toMatchObject({
      status: 200,
      body: { contract: { merchantId: shop, version: 4, ...draft }, enteredAtMs: world.nowMs() },
    });
    expect(await versions()).toEqual([3, 4]);
    await world.reboot();
    expect(await versions()).toEqual([3, 4]);
  });

  it('give two that are entered at once two numbers', async () => {
    const both = await Promise.all([enter(), enter({ offerId: 'o-table' })]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect(await versions()).toEqual([3, 4, 5]);
  });

  it.each<[string, object, string, string]>([
    ['today', { validFrom: '2026-11-23' }, 'invalid_input', '/validFrom: not after 2026-11-23'],
    ['no day at all', { validFrom: '2026-11-31' }, 'invalid_input', 'body/validFrom'],
    ['an end before the beginning', { validTo: '2026-11-23' }, 'invalid_input', '/validTo'],
    ['a cap below the minimum', { pgFee: { bps: 1, minWon: 2, capWon: 1 } }, 'invalid_input', '/pgFee/capWon'],
    ['a fee of more than everything', { pgFee: feeOf(9_999) }, 'invalid_input', '/operatorFee/bps'],
    ['a version that has begun replaced', { replaces: 3 }, 'invalid_input', '/replaces: begun on 2020-01-01'],
    ['a member nobody knows', { feeBps: 1 }, 'invalid_input', 'feeBps'],
  ])('refuse %s', async (_what, differing, code, detail) => {
    expect(await enter(differing)).toMatchObject({
      status: 400,
      body: { code, detail: expect.stringContaining(detail) },
    });
    expect(await versions()).toEqual([3]);
  });

  it('refuse what overlaps, unless it replaces what has not begun', async () => {
    await enter();
    expect(await enter()).toMatchObject({ status: 409, body: { code: 'contract_overlap', detail: 'version 4' } });
    expect(await enter({ replaces: 4, operatorFee: feeOf(100) })).toMatchObject({ status: 200 });
    expect(await applicable('2026-11-24')).toMatchObject({ body: { contract: { version: 5 } } });
  });

  it('refuse a day that is closed ahead of time, and its next', async () => {
    await world.store.closeBusinessDate('2026-11-23' as never, world.nowMs());
    expect(await enter()).toMatchObject({ status: 400, body: { detail: '/validFrom: not after 2026-11-24' } });
  });
});

describe('the contract that applies', () => {
  it('is that of the business date, with the day it is paid', async () => {
    await enter({ tender: 'card', settlementCycle: { kind: 'monthly', day: 25 } });
    expect(await applicable('2026-11-23')).toMatchObject({
      status: 200,
      body: { contract: { version: 3 }, payoutDate: '2026-11-24' },
    });
    const [, entered] = await world.store.listContracts(shop);
    expect(await applicable('2026-11-24')).toMatchObject({
      body: { contract: { version: 4 }, digest: entered?.digest, payoutDate: '2026-12-28' },
    });
    expect(await applicable('2026-11-24', 'cash')).toMatchObject({ body: { contract: { version: 3 } } });
    expect(await applicable('2019-12-31')).toMatchObject({ status: 404 });
  });
});
