import { setTimeout as delay } from 'node:timers/promises';
import type { StatementRow } from '@scanpay/shared/api/settlement.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { callJson } from './call-json.ts';
import type { Clerk } from './clerk.ts';
import { recordTo } from './day.ts';
import type { DayRow } from './rows.ts';

export type CompanyName = 'operator' | 'pg' | 'card';
export type CompanyUrls = Record<CompanyName, string>;

export interface Balances {
  company: string;
  balances: { account: string; amountWon: number }[];
}

export interface Closing {
  businessDate: string;
  statements: Record<CompanyName, StatementRow[]>;
  balances: Balances[];
}

/** The order of a day's close: who stops taking payments first. The card company's close begins S13. */
const closingOrder = ['operator', 'pg', 'card'] as const;
const waitMs = 60_000;

/** S13 → S14 → S15 for one merchant; the merchant's statement is approved on the terminal. */
export async function settleDay(world: {
  urls: CompanyUrls;
  clerk: Clerk;
  merchantId: string;
  onRow(row: DayRow): void;
}): Promise<Closing> {
  const { urls, clerk, merchantId } = world;
  const row = recordTo(world);
  const businessDate = businessDateAt(Date.now());
  for (const company of closingOrder) {
    await row(`close of business, ${company}`, company, async () => {
      await callJson('POST', `${urls[company]}/v1/settlement/close`, { businessDate });
      return { id: businessDate, outcome: 'closed' };
    });
  }
  const arrived = async (company: CompanyName, hop: string, accept: (row: StatementRow) => boolean) => {
    const found = await waitForStatement(urls[company], businessDate, (each) => each.hop === hop && accept(each));
    return { id: found.statementId, amountWon: found.payableWon, outcome: found.state };
  };
  /** The sender has paid; a moment later the receiver has it on record, too. */
  const paid = async (sender: CompanyName, receiver: CompanyName, hop: string) => {
    const sent = await arrived(sender, hop, ({ state }) => state === 'paid');
    await arrived(receiver, hop, ({ state }) => state === 'paid');
    return sent;
  };
  await row('S13 card company → PG, recomputed', 'pg', () => paid('card', 'pg', 'S13'));
  await row('S14 PG → operator, recomputed', 'operator', () => paid('pg', 'operator', 'S14'));
  const mine = (each: StatementRow): boolean => each.hop === 'S15' && each.receiver === merchantId;
  await waitForStatement(urls.operator, businessDate, mine);
  // One of each date on which something is paid, all made at once; what is paid now comes last.
  const stated = (await listStatements(urls.operator, businessDate)).filter(mine);
  const paidOn = ({ payoutDate }: StatementRow): string => payoutDate ?? businessDate;
  for (const { statementId, ...each } of stated.sort((a, b) => (paidOn(a) > paidOn(b) ? -1 : 1))) {
    await row('S15 at the terminal, recomputed', 'merchant', async () => {
      const { statement, faults } = await clerk.waitForStatement(
        (shown) => shown.statement.statementId === statementId,
      );
      if (faults.length > 0) throw new Error(`the journal differs: ${JSON.stringify(faults)}`);
      await clerk.approve(statementId);
      return { id: statementId, amountWon: statement.totals.payableWon, outcome: 'agrees, approved' };
    });
    const isLater = paidOn({ statementId, ...each }) > businessDate;
    const end = isLater ? 'approved' : 'paid';
    await row(isLater ? `S15 to be paid on ${each.payoutDate}` : 'S15 operator → merchant', 'operator', async () => ({
      ...(await arrived('operator', 'S15', (found) => found.statementId === statementId && found.state === end)),
      outcome: isLater ? 'not due yet' : end,
    }));
  }
  const statements = {
    card: await listStatements(urls.card, businessDate),
    pg: await listStatements(urls.pg, businessDate),
    operator: await listStatements(urls.operator, businessDate),
  };
  const balances = await Promise.all(
    closingOrder.map(async (company) => (await callJson('GET', `${urls[company]}/v1/settlement/balances`)) as Balances),
  );
  return { businessDate, statements, balances };
}

async function listStatements(url: string, businessDate: string): Promise<StatementRow[]> {
  const listed = await callJson('GET', `${url}/v1/settlement/statements?businessDate=${businessDate}`);
  return (listed as { statements: StatementRow[] }).statements;
}

async function waitForStatement(
  url: string,
  businessDate: string,
  accept: (row: StatementRow) => boolean,
): Promise<StatementRow> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const statements = await listStatements(url, businessDate);
    const found = statements.find(accept);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`not settled: ${JSON.stringify(statements)}`);
    await delay(50);
  }
}
