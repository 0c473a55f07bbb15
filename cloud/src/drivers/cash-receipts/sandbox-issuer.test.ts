import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { won } from '@scanpay/shared/money.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CashReceiptDetails } from '../../ports/cash-receipt-issuer.ts';
import { createSandboxIssuer, refusedMobile } from './sandbox-issuer.ts';

const details: CashReceiptDetails = {
  orderId: 'issue/p-1',
  businessNumber: '123-45-67890',
  shopName: '속초 밥상',
  identity: { purpose: 'income-deduction', kind: 'mobile', digits: '01055556789' },
  totalWon: won(11_000),
  supplyWon: won(10_000),
  vatWon: won(1_000),
  taxFree: false,
  atMs: Date.UTC(2026, 10, 23, 15),
};
const part = (orderId: string, totalWon: number): CashReceiptDetails => ({
  ...details,
  orderId,
  totalWon: won(totalWon),
  supplyWon: won(totalWon),
  vatWon: won(0),
});

let directory: string;
let issuer: ReturnType<typeof createSandboxIssuer>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'issuer-'));
  issuer = createSandboxIssuer({ directory });
});
afterEach(() => rmSync(directory, { recursive: true }));

async function issue() {
  const issued = await issuer.issue(details);
  if (!issued.ok) throw new Error(issued.detail);
  return issued.value;
}

describe('the sandbox issuer', () => {
  it('gives nine digits and the day in Seoul, the same for the same order, also after a restart', async () => {
    const issued = await issue();
    expect(issued).toEqual({ approvalNumber: expect.stringMatching(/^[0-9]{9}$/), approvedOn: '2026-11-24' });
    expect(await createSandboxIssuer({ directory }).issue(details)).toEqual({ ok: true, value: issued });
    expect(readdirSync(directory)).toHaveLength(1);
    expect((await issuer.issue({ ...details, orderId: 'issue/p-2' })).ok).toBe(true);
    expect(readdirSync(directory)).toHaveLength(2);
  });

  it('keeps whom a receipt names only masked', async () => {
    await issue();
    const [folder = ''] = readdirSync(directory);
    const text = readFileSync(join(directory, folder, 'issue.json'), 'utf8');
    expect(text).toContain('010-****-6789');
    expect(text).not.toContain('55556789');
  });

  it('cancels in parts, each once, up to the whole', async () => {
    const original = await issue();
    const first = await issuer.cancel(part('cancel/c-1', 6_000), original);
    expect(await issuer.cancel(part('cancel/c-1', 6_000), original)).toEqual(first);
    const refused = { ok: false, code: 'cash_receipt_refused' };
    expect(await issuer.cancel(part('cancel/c-2', 5_001), original)).toMatchObject(refused);
    expect(await issuer.cancel(part('cancel/c-3', 5_000), original)).toMatchObject({ ok: true });
    expect(await issuer.cancel(part('cancel/c-4', 1), original)).toMatchObject(refused);
  });

  it('refuses what the tax service would: an unknown number, a wrong sum, a receipt that was never issued', async () => {
    const refused = { ok: false, code: 'cash_receipt_refused' };
    const identity = { ...details.identity, digits: refusedMobile };
    expect(await issuer.issue({ ...details, identity })).toMatchObject(refused);
    expect(await issuer.issue({ ...details, vatWon: won(999) })).toMatchObject(refused);
    const nobody = { approvalNumber: '000000000', approvedOn: '2026-11-24' as never };
    expect(await issuer.cancel(part('cancel/c-1', 1), nobody)).toMatchObject(refused);
  });
});
