import type { CancelId, PaymentId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import type { TaxedAmount } from '@scanpay/shared/tax/tax.ts';
import { signMessage } from '@scanpay/shared/wire/envelope.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alterPayload, tamperWith } from '../drivers/sql/testing/tamper-book.ts';
import { createEvidenceWorld, day, type EvidenceWorld, shops } from './testing/evidence-world.ts';
import { listFindings } from './testing/run-audit.ts';

const atMs = Date.parse('2026-11-23T12:00:00+09:00');
const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;
const cancelId = (n: number) => `019ab0c1-0000-7000-8000-${String(n).padStart(12, '0')}` as CancelId;

let world: EvidenceWorld;
/** A sale of 12,345 won, given back in three parts. */
beforeEach(async () => {
  world = await createEvidenceWorld();
  await world.write(async (targets) => {
    const sale = { paymentId, tender: 'card', merchantId: shops[0]!, businessDate: day, atMs } as const;
    let sold = await world.writer.sell(targets, { ...sale, listAmountWon: won(12_345) });
    for (const [at, amount] of [10_003, 1, 2_341].entries()) {
      const refund = { cancelId: cancelId(at), amountWon: won(amount), businessDate: day, atMs: atMs + at + 1 };
      sold = await world.writer.cancel(targets, sold, refund);
    }
  });
});
afterEach(() => world.dispose());

/** What the terminal was told by this entry, changed and signed anew by somebody with the operator's key. */
async function retell(seq: number, alter: (outcome: never) => object): Promise<void> {
  const { operator } = world.dbs;
  const evidence = operator.selectFrom('entry_evidence').select('told_jws').where('entry_seq', '=', seq);
  const told = alterPayload((await evidence.executeTakeFirstOrThrow()).told_jws ?? '', {}) as { outcome: never };
  const jws = await signMessage({ ...told, outcome: alter(told.outcome) }, world.signers.operator);
  await tamperWith(operator, `update entry_evidence set told_jws = '${jws}' where entry_seq = ${seq}`);
}
/** One won of VAT more. */
const overtax = (tax: TaxedAmount) => ({ ...tax, supplyWon: tax.supplyWon - 1, vatWon: tax.vatWon + 1 });

describe('the tax in the audit', () => {
  it('of a sale and of its refunds follows from the contract', async () => {
    expect(await listFindings(world.folder)).toEqual([]);
  });

  it('of a refund is found where the terminal was told a won of VAT more', async () => {
    await retell(3, ({ tax, ...rest }: { tax: TaxedAmount }) => ({ ...rest, tax: overtax(tax) }));
    expect(await listFindings(world.folder)).toEqual(['operator tax-not-agreed 3 of 1']);
  });

  it('of a sale is found, and with it that its refunds take back another', async () => {
    await retell(1, ({ approval, ...rest }: { approval: { tax: TaxedAmount } }) => {
      const { supplyWon, vatWon, ...tax } = approval.tax;
      const exempt = { ...tax, taxation: 'exempt', supplyWon: 0, vatWon: 0, taxFreeWon: supplyWon + vatWon };
      return { ...rest, approval: { ...approval, tax: exempt } };
    });
    expect(await listFindings(world.folder)).toEqual([1, 2, 3, 4].map((seq) => `operator tax-not-agreed ${seq} of 1`));
  });

  it('is not asked of answers from before it was told', async () => {
    await retell(2, ({ tax: _tax, ...rest }: { tax: TaxedAmount }) => rest);
    expect(await listFindings(world.folder)).toEqual([]);
  });
});
