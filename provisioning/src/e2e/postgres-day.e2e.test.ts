import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustNeighbours } from '@scanpay/cloud/core/audit/statement-trust.ts';
import { auditBook } from '@scanpay/cloud/core/settle/audit-book.ts';
import { createBookReader } from '@scanpay/cloud/drivers/sql/ledger/chain.ts';
import { createSettlementStore } from '@scanpay/cloud/drivers/sql/ledger/settlement-store.ts';
import type { LedgerTables } from '@scanpay/cloud/drivers/sql/ledger/tables.ts';
import { createOperatorStore } from '@scanpay/cloud/drivers/sql/operator/operator-store.ts';
import { openPostgres } from '@scanpay/cloud/drivers/sql/postgres.ts';
import { type PostgresServer, startPostgresServer } from '@scanpay/cloud/drivers/sql/testing/postgres-server.ts';
import { runVerify } from '@scanpay/cloud/verify/main.ts';
import { openTerminalTrust } from '@scanpay/cloud/verify/open-trust.ts';
import { toDatedKeys } from '@scanpay/cloud/verify/read-keys.ts';
import { readAuthBarcode } from '@scanpay/shared/auth-barcode/auth-barcode.ts';
import { importOperatorVerifyKey } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { createKeyring } from '@scanpay/shared/auth-barcode/keys.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitRoomInBusinessDate, dayTakesMs } from '../demo/business-day.ts';
import { checkDay } from '../demo/check-day.ts';
import { createPictureReader } from '../demo/customers.ts';
import { cardNumbersOfTheDay, runDay } from '../demo/day.ts';
import { findDigits, listFiles } from '../demo/find-bytes.ts';
import { demoMerchant, publicKeysOf } from '../demo/identities.ts';
import type { DayRow } from '../demo/rows.ts';
import { type CompanyName, settleDay } from '../demo/settlement-day.ts';
import { startWorld, type World } from '../demo/world.ts';

const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const limits = { maxConnections: 5, connectTimeoutMs: 3_000, statementTimeoutMs: 5_000 };
const companies = ['card', 'pg', 'operator'] as const;

let folder: string;
let server: PostgresServer;
let world: World;
let books: Record<CompanyName, ReturnType<typeof openPostgres<LedgerTables>>>;

beforeAll(async () => {
  await awaitRoomInBusinessDate();
  folder = mkdtempSync(join(tmpdir(), 'postgres-world-'));
  server = await startPostgresServer();
  const open = async () => ({ kind: 'postgres' as const, url: await server.createDatabase(), ...limits });
  const databases = { operator: await open(), pg: await open(), card: await open() };
  const read = (company: CompanyName) => openPostgres<LedgerTables>(databases[company], () => undefined);
  books = { operator: read('operator'), pg: read('pg'), card: read('card') };
  const boxLimits = { deadlineMs: 10_000 };
  world = await startWorld({ dataDir: join(folder, 'data'), ports, databases, boxLimits });
}, dayTakesMs + 240_000);
afterAll(async () => {
  await world?.stop();
  for (const db of Object.values(books ?? {})) await db.destroy();
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const listSales = async (company: CompanyName, tenders: ('card' | 'cash')[]): Promise<string[]> => {
  const query = books[company].selectFrom('ledger_entries').select('payment_id').where('kind', '=', 'sale');
  const rows = await query.where('tender', 'in', tenders).orderBy('payment_id').execute();
  return rows.map((row) => row.payment_id ?? '');
};
/** Sales less reversals and cancels. */
const countCharges = async (company: CompanyName, paymentId: string | null): Promise<number> => {
  const query = books[company].selectFrom('ledger_entries').select('kind');
  const rows = await query.where('payment_id', '=', paymentId as never).execute();
  return rows.reduce((net, { kind }) => net + (kind === 'sale' ? 1 : -1), 0);
};

describe('the scripted day on PostgreSQL', () => {
  const rows: DayRow[] = [];

  it('sells, refuses, cancels and settles as on SQLite', { timeout: 180_000 }, async () => {
    const onRow = (row: DayRow): void => void rows.push(row);
    await runDay({ ...world, operatorUrl: world.urls.operator, onRow });
    const closing = await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow });
    await world.hardware.settled();
    expect(checkDay(world.dataDir, rows, closing)).toEqual([]);
    for (const company of companies) {
      const files = listFiles(join(world.dataDir, company));
      expect(files.filter((file) => file.includes('.sqlite'))).toEqual([]);
    }
  });

  it('charges each approved payment once at every company (1)', async () => {
    const approved = rows.filter(({ outcome }) => outcome === 'approved').map(({ id }) => id);
    expect(approved.length).toBeGreaterThanOrEqual(4);
    expect(await listSales('operator', ['card', 'cash'])).toEqual(approved.sort());
    expect(await listSales('pg', ['card', 'cash'])).toEqual(approved);
    expect(await listSales('card', ['card'])).toEqual(await listSales('operator', ['card']));
  });

  it('leaves books in which everything follows from the first entry (4)', async () => {
    const publicKeys = publicKeysOf(world.keys);
    const keysOf = (company: CompanyName) => toDatedKeys([publicKeys[company]]);
    const keys = { card: keysOf('card'), pg: keysOf('pg'), operator: keysOf('operator') };
    const trusted = { companies: keys, keysOf: () => undefined, authorities: [] };
    const { boxKeys } = openTerminalTrust(createOperatorStore(books.operator as never), trusted);
    for (const company of companies) {
      const db = books[company];
      const report = await auditBook({
        company,
        book: createBookReader(db),
        store: createSettlementStore(db),
        trust: trustNeighbours(company, keys, boxKeys),
      });
      expect(report).toMatchObject({ company, finding: null });
      expect(report.entries).toBeGreaterThan(4);
    }
  });

  it('is audited as it runs, from what was signed, by the configuration of the cloud (4)', async () => {
    const { operator, pg, card } = publicKeysOf(world.keys);
    const keys = join(folder, 'keys.json');
    writeFileSync(keys, JSON.stringify({ operator: [operator], pg: [pg], card: [card] }));
    const config = join(world.dataDir, 'config', 'cloud.json');
    expect(await runVerify(['--config', config, '--keys', keys])).toBe(0);
    writeFileSync(keys, JSON.stringify({ operator: [pg], pg: [card], card: [operator] }));
    expect(await runVerify(['--config', config, '--keys', keys])).toBe(1);
  });

  it('keeps no card number in any file of the server, and a sealed one in none but its own log (5, S05)', {
    timeout: 300_000,
  }, async () => {
    for (const number of cardNumbersOfTheDay) {
      const found = findDigits(server.dataFolder, number.replaceAll(' ', ''));
      // The tables hold text. Packed two to a byte, numbers full of zeros look like counters, of which the log is full.
      expect(found.filter(({ form }) => !form.startsWith('BCD'))).toEqual([]);
    }
    // The files of a table that was written anew go away with the next checkpoint.
    await server.checkpoint();
    const files = listFiles(server.dataFolder).filter((file) => !file.includes('pg_wal'));
    const contents = files.map((file) => readFileSync(file));
    const keys = createKeyring([importOperatorVerifyKey(publicKeysOf(world.keys).coupon)]);
    const readPicture = createPictureReader();
    const pictures = listFiles(join(world.dataDir, 'mms')).filter((file) => file.endsWith('.jpg'));
    expect(pictures.length).toBeGreaterThan(5);
    for (const picture of pictures) {
      const text = await readPicture(readFileSync(picture));
      const coupon = readAuthBarcode(text, keys);
      if (!coupon.ok) throw new Error(coupon.code);
      const box = Buffer.from(coupon.value.cardBox);
      for (const form of [box, Buffer.from(box.toString('base64url')), Buffer.from(text)]) {
        expect(files.filter((_, index) => contents[index]?.includes(form))).toEqual([]);
      }
    }
  });
});

describe('a server that goes away during a sale', () => {
  it('leaves no charge where the box heard nothing, and sells again when it is back', {
    timeout: 300_000,
  }, async () => {
    const { clerk, hardware, travellers } = world;
    const offers = [{ offerId: 'o-breakfast', headcount: 2 }];
    const coupon = await travellers.getCoupon({ name: '다시왔', mobile: '01080000001', offers });
    const sell = async (): Promise<void> => {
      await clerk.enterSale({ tender: 'card', listAmountWon: 24_000, headcount: 2 });
      await hardware.scan(coupon.barcode);
    };
    await server.crash();
    await sell();
    await clerk.waitFor('unknown');
    await server.start();
    const reversed = await clerk.waitFor('reversed');
    expect(reversed.paymentId).not.toBeNull();
    for (const company of companies) expect(await countCharges(company, reversed.paymentId)).toBe(0);
    await clerk.dismiss();
    await sell();
    const approved = await clerk.waitFor('approved', 'declined', 'refused', 'reversed');
    expect(approved).toMatchObject({ kind: 'approved' });
    for (const company of companies) expect(await countCharges(company, approved.paymentId)).toBe(1);
  });
});
