import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CounterView } from '@scanpay/shared/api/box.ts';
import Database from 'better-sqlite3';
import { callJson } from '../demo/call-json.ts';
import type { Coupon } from '../demo/customers.ts';
import type { Balances, CompanyName } from '../demo/settlement-day.ts';
import { startWorld, type World, type WorldOptions } from '../demo/world.ts';

const freePorts = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const companies = ['operator', 'pg', 'card'] as const;

/** A world of its own for one test file, and what the file asks of it after every attack. */
export type HostileWorld = Awaited<ReturnType<typeof startHostileWorld>>;

export async function startHostileWorld(name: string, options: Omit<WorldOptions, 'dataDir' | 'ports'> = {}) {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const world = await startWorld({
    repeatWindowMs: 0,
    hasCamera: false,
    ...options,
    dataDir: join(folder, 'data'),
    ports: freePorts,
  });
  const { cloud, box } = world.running;
  return {
    ...world,
    /** Cloud and box are the processes they were; else says how one ended. */
    async isUnhurt(): Promise<true | string> {
      const stillRuns = new Promise<true>((resolve) => setImmediate(resolve, true));
      const how = await Promise.race([cloud?.ended, box?.ended, stillRuns]);
      return how === true ? true : `ended: ${how}`;
    },
    sell: (coupon: Coupon) => sell(world, coupon),
    async end(): Promise<void> {
      await world.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** An ordinary card sale of two people at the counter, whatever the counter showed before. */
async function sell({ clerk, hardware }: World, coupon: Coupon): Promise<CounterView> {
  await clerk.enterSale({ tender: 'card', listAmountWon: 60_000, headcount: 2 });
  await hardware.scan(coupon.barcode);
  return clerk.waitFor('approved', 'declined', 'refused', 'unknown', 'recheck');
}

function query<Row>(dataDir: string, company: CompanyName, sql: string): Row[] {
  const db = new Database(join(dataDir, company, `${company}.sqlite`), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}

/** How often each card payment is charged by a company's ledger, what was taken back deducted; uncharged ones are left out. */
export function countCharges(dataDir: string, company: CompanyName): Record<string, number> {
  const sql = `SELECT payment_id, SUM(CASE kind WHEN 'sale' THEN 1 ELSE -1 END) AS charges
    FROM ledger_entries WHERE tender = 'card' GROUP BY payment_id HAVING charges <> 0`;
  const rows = query<{ payment_id: string; charges: number }>(dataDir, company, sql);
  return Object.fromEntries(rows.map(({ payment_id, charges }) => [payment_id, charges]));
}

/** Uses left of a coupon with one entitlement. */
export function readUsesLeft(dataDir: string, { couponId }: Coupon): number | undefined {
  const sql = `SELECT uses_left FROM operator_entitlements WHERE coupon_id = '${couponId}'`;
  return query<{ uses_left: number }>(dataDir, 'operator', sql)[0]?.uses_left;
}

/** What the operator has said of payments, signed. */
export const readResults = (dataDir: string): { resultJws: string }[] =>
  query(dataDir, 'operator', 'SELECT result_jws AS resultJws FROM operator_payments WHERE result_jws IS NOT NULL');

/** What the accounts of each company sum up to. */
export async function sumBooks({ urls }: World): Promise<Record<string, number>> {
  const books = await Promise.all(
    companies.map(async (company) => (await callJson('GET', `${urls[company]}/v1/settlement/balances`)) as Balances),
  );
  return Object.fromEntries(
    books.map(({ company, balances }) => [company, balances.reduce((sum, { amountWon }) => sum + amountWon, 0)]),
  );
}
