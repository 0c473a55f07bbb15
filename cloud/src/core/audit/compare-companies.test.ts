import type { BusinessDate } from '@scanpay/shared/clock.ts';
import type { MerchantId, PaymentId } from '@scanpay/shared/ids.ts';
import { basisPoints, splitCharge, won } from '@scanpay/shared/money.ts';
import type { BookingEvidence } from '@scanpay/shared/settlement/booking-evidence.ts';
import { describe, expect, it } from 'vitest';
import type { Company } from '../../ports/ledger.ts';
import { compareCompanies } from './compare-companies.ts';
import { noKeys } from './dated-keys.ts';
import { type EvidenceFinding, eventKey } from './finding.ts';
import type { OpenedFile } from './open-file.ts';

const day = '2026-11-23' as BusinessDate;
const paymentId = '019ab0c0-0000-7000-8000-000000000001' as PaymentId;
const rates = { cardFeeBps: basisPoints(180), pgFeeBps: basisPoints(70), operatorFeeBps: basisPoints(500) };

function said(company: Company, kind: 'sale' | 'reversal'): BookingEvidence {
  const subject = {
    paymentId,
    cancelId: null,
    merchantId: 'm-1' as MerchantId,
    deviceId: null,
    tender: 'cash',
  } as const;
  return {
    v: 1,
    company,
    kind,
    ...subject,
    split: splitCharge(won(10_000), rates),
    businessDate: day,
    atMs: 500,
    sale: null,
  };
}

function fileOf(company: Company, kinds: ('sale' | 'reversal')[], isUnderWay = false): OpenedFile {
  const words = kinds.map(
    (kind) => [eventKey({ kind, cancelId: null }), { said: said(company, kind), kept: null }] as const,
  );
  const record = { isUnderWay, saleJws: null, box: null };
  return { company, file: { paymentId, entries: [], evidence: [], record }, words: new Map(words), entries: new Map() };
}

async function compare(
  up: OpenedFile,
  down: OpenedFile,
  differing: { closed?: BusinessDate[]; readAtMs?: number } = {},
): Promise<{ underWay: number; findings: string[] }> {
  const findings: EvidenceFinding[] = [];
  const { closed = [], readAtMs = 1_000 } = differing;
  const link = { up, down, upKeys: noKeys, closedDates: new Set(closed), readAtMs };
  const underWay = await compareCompanies(link, (finding) => findings.push(finding));
  return { underWay, findings: findings.map(({ company, kind, reason }) => `${company} ${kind} ${reason}`) };
}

describe('what the company that was asked has booked', () => {
  it('is missed at the one that asked', async () => {
    const missing = { underWay: 0, findings: ['operator sale counterpart-missing'] };
    expect(await compare(fileOf('pg', ['sale']), fileOf('operator', []))).toEqual(missing);
  });

  it('may be on its way, but not on a date that was closed there', async () => {
    const waiting = fileOf('operator', [], true);
    expect(await compare(fileOf('pg', ['sale']), waiting)).toEqual({ underWay: 1, findings: [] });
    expect((await compare(fileOf('pg', ['sale']), waiting, { closed: [day] })).findings).toHaveLength(1);
  });

  it('may be younger than what was read of the other', async () => {
    const unread = { readAtMs: 499 };
    expect(await compare(fileOf('pg', ['sale']), fileOf('operator', []), unread)).toEqual({
      underWay: 1,
      findings: [],
    });
  });

  it('never happened, where it was reversed before the other booked it', async () => {
    expect(await compare(fileOf('pg', ['sale', 'reversal']), fileOf('operator', []))).toEqual({
      underWay: 0,
      findings: [],
    });
    const booked = await compare(fileOf('pg', ['sale', 'reversal']), fileOf('operator', ['sale']));
    expect(booked.findings).toContain('operator reversal counterpart-missing');
  });
});
