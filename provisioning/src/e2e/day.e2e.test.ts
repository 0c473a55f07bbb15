import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { importOperatorVerifyKey, type OperatorVerifyJwk } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring } from '@scanpay/shared/auth-barcode/keys.ts';
import { openStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { importVerifyKeys, type VerifyJwk } from '@scanpay/shared/wire/message-key.ts';
import Database from 'better-sqlite3';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dayTakesMs } from '../demo/business-day.ts';
import { createPictureReader } from '../demo/customers.ts';
import { cardNumbersOfTheDay, receiptNumberOfTheDay } from '../demo/day.ts';
import { findDigits, listFiles } from '../demo/find-bytes.ts';
import type { DayRow } from '../demo/rows.ts';
import type { Balances, CompanyName } from '../demo/settlement-day.ts';

/** The scripted day as a new user runs it; here its remains are held to DESIGN §8. */
interface Report {
  steps: DayRow[];
  publicKeys: Record<CompanyName, VerifyJwk> & { coupon: OperatorVerifyJwk };
  balances: Balances[];
}

const readPicture = createPictureReader();
const command = fileURLToPath(new URL('../../../cloud/src/scanpay-cloud.ts', import.meta.url));
const demo = fileURLToPath(new URL('../demo/main.ts', import.meta.url));
let folder: string;
let data: string;
let report: Report;
let printed: string;

beforeAll(
  async () => {
    folder = mkdtempSync(join(tmpdir(), 'day-'));
    data = join(folder, 'data');
    const run = await promisify(execFile)(process.execPath, [demo, '--once', '--data', data], {
      timeout: dayTakesMs * 2,
    });
    printed = run.stdout;
    report = JSON.parse(readFileSync(join(data, 'report.json'), 'utf8')) as Report;
  },
  dayTakesMs * 2 + 30_000,
);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = <Row>(company: string, sql: string): Row[] => {
  const db = new Database(join(data, company, `${company}.sqlite`), { readonly: true });
  try {
    return db.prepare(sql).all() as Row[];
  } finally {
    db.close();
  }
};

describe('the scripted day', () => {
  it('plays every kind of step, each with a row', () => {
    const outcomes = report.steps.map(({ outcome }) => outcome);
    const codes = ['coupon_used', 'coupon_expired', 'coupon_unknown', 'coupon_revoked', 'wrong_merchant'];
    for (const code of codes) expect(outcomes).toContain(`declined ${code}`);
    expect(outcomes).toEqual(expect.arrayContaining(['approved', 'cancelled', 'agrees, approved', 'paid']));
    expect(outcomes).toEqual(expect.arrayContaining(['refused barcode_forged', 'refused coupon_expired']));
    for (const { step } of report.steps) expect(printed).toContain(step);
  });

  it('charges each approved payment once at every company, and nothing else (1, 2, 3)', () => {
    const approved = report.steps.filter(({ outcome }) => outcome === 'approved').map(({ id }) => id);
    const sales = (company: string, tender: string) =>
      read<{ payment_id: string }>(
        company,
        `SELECT payment_id FROM ledger_entries WHERE kind = 'sale' AND tender = '${tender}' ORDER BY payment_id`,
      ).map((row) => row.payment_id);
    expect([...sales('operator', 'card'), ...sales('operator', 'cash')].sort()).toEqual(approved.sort());
    expect(sales('pg', 'card')).toEqual(sales('operator', 'card'));
    expect(sales('card', 'card')).toEqual(sales('operator', 'card'));
    const [worst] = read<{ least: number }>('operator', 'SELECT MIN(uses_left) AS least FROM operator_entitlements');
    expect(worst?.least).toBeGreaterThanOrEqual(0);
  });

  it('leaves books that balance entry by entry, and in total (4)', () => {
    for (const company of ['operator', 'pg', 'card']) {
      const off = read(company, 'SELECT entry_seq FROM ledger_postings GROUP BY entry_seq HAVING SUM(amount_won) <> 0');
      expect(off).toEqual([]);
    }
    for (const { balances } of report.balances) {
      expect(balances.reduce((sum, { amountWon }) => sum + amountWon, 0)).toBe(0);
    }
  });

  it('leaves books in which every entry follows from what was signed, and an altered won is found (4)', {
    timeout: 300_000,
  }, async () => {
    const verify = (): Promise<{ stdout: string; code: number }> =>
      promisify(execFile)(process.execPath, [command, 'verify', '--data', data], { timeout: 90_000 }).then(
        ({ stdout }) => ({ stdout, code: 0 }),
        ({ stdout, code }: { stdout: string; code: number }) => ({ stdout, code }),
      );
    const honest = await verify();
    expect(honest.code, honest.stdout).toBe(0);
    expect(printed).toContain(honest.stdout.trim());
    const path = join(data, 'pg', 'pg.sqlite');
    const original = readFileSync(path);
    const db = new Database(path);
    db.exec('DROP TRIGGER ledger_postings_no_update; PRAGMA wal_checkpoint(TRUNCATE)');
    db.exec('UPDATE ledger_postings SET amount_won = amount_won + 1 WHERE entry_seq = 1 AND position = 0');
    db.close();
    const altered = await verify();
    expect(altered.code).toBe(1);
    expect(altered.stdout).toMatch(/pg, entry 1: sale of payment .* is in the book with other amounts/);
    writeFileSync(path, original);
    expect((await verify()).code).toBe(0);
  });

  it('states each hop once, signed by its sender (4)', async () => {
    const hops = { card: 'S13', pg: 'S14', operator: 'S15' } as const;
    for (const company of ['card', 'pg', 'operator'] as const) {
      const keys = importVerifyKeys([report.publicKeys[company]]);
      const jwss = read<{ jws: string }>(
        company,
        `SELECT statement_jws AS jws FROM statements WHERE direction = 'sent'`,
      );
      expect(jwss.length).toBeGreaterThan(0);
      for (const { jws } of jwss) {
        const opened = await openStatement(jws, (kid) => keys.get(kid));
        expect(opened).toMatchObject({ ok: true, value: { statement: { hop: hops[company], sender: company } } });
      }
    }
  });

  it('has a receipt for every approval, as bytes and as a picture (6)', async () => {
    const receipts = join(data, 'box', 'receipts');
    const slips = readdirSync(receipts).filter((name) => name.endsWith('.bin'));
    const bytes = slips.map((name) => readFileSync(join(receipts, name)));
    for (const { id, outcome } of report.steps) {
      if (outcome === 'approved') expect(bytes.some((slip) => slip.includes(id))).toBe(true);
    }
    for (const name of slips) {
      const { width, height } = await sharp(join(receipts, name.replace('.bin', '.png'))).metadata();
      expect(Math.min(width ?? 0, height ?? 0)).toBeGreaterThan(300);
    }
  });

  it('keeps no card number in any form in any file (5)', () => {
    expect(listFiles(data).length).toBeGreaterThan(30);
    for (const number of cardNumbersOfTheDay) expect(findDigits(data, number.replaceAll(' ', ''))).toEqual([]);
  });

  it('issues and cancels a cash receipt, and keeps the number it was asked by in no file', () => {
    expect(findDigits(data, receiptNumberOfTheDay)).toEqual([]);
    const folders = readdirSync(join(data, 'operator', 'cash-receipts'));
    expect(folders).toHaveLength(1);
    const files = readdirSync(join(data, 'operator', 'cash-receipts', folders[0] ?? ''));
    const kept = files.map((name) =>
      readFileSync(join(data, 'operator', 'cash-receipts', folders[0] ?? '', name), 'utf8'),
    );
    const [cancelled, issued] = kept
      .map((text) => JSON.parse(text))
      .sort((a, b) => (a.tradeType < b.tradeType ? 1 : -1));
    expect(issued).toMatchObject({ tradeType: '승인거래', tradeUsage: '소득공제용', identityMasked: '010-****-0101' });
    expect(cancelled).toMatchObject({ tradeType: '취소거래', originalApprovalNumber: issued.approvalNumber });
    const slips = listFiles(join(data, 'box', 'receipts')).filter((name) => name.endsWith('.bin'));
    expect(slips.some((name) => readFileSync(name).includes(issued.approvalNumber))).toBe(true);
  });

  it('keeps no card box at any company once the message has left: only the phone has it (S05, S06)', async () => {
    const keys = createKeyring([importOperatorVerifyKey(report.publicKeys.coupon)]);
    const files = ['operator', 'pg', 'card'].flatMap((company) => listFiles(join(data, company)));
    const contents = files.map((file) => readFileSync(file));
    const pictures = listFiles(join(data, 'mms')).filter((file) => file.endsWith('.jpg'));
    expect(pictures.length).toBeGreaterThan(5);
    for (const picture of pictures) {
      const text = await readPicture(readFileSync(picture));
      const coupon = readAuthBarcode(text, keys);
      if (!coupon.ok) throw new Error(coupon.code);
      const box = Buffer.from(coupon.value.cardBox);
      for (const form of [box, Buffer.from(box.toString('base64url')), Buffer.from(text)]) {
        const found = files.filter((_, index) => contents[index]?.includes(form));
        expect(found).toEqual([]);
      }
    }
  });
});
