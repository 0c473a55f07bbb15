import { existsSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runVerify } from '@scanpay/cloud/verify/main.ts';
import { formatWon, won } from '@scanpay/shared/money.ts';
import { awaitRoomInBusinessDate } from './business-day.ts';
import { checkDay } from './check-day.ts';
import { runDay } from './day.ts';
import { type DemoPorts, demoMerchant, publicKeysOf } from './identities.ts';
import { createInstruments } from './instruments.ts';
import { type DayRow, dayHeading, formatRow } from './rows.ts';
import { type Balances, settleDay } from './settlement-day.ts';
import { startWorld } from './world.ts';

const freePorts: DemoPorts = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const usualPorts: DemoPorts = { sandbox: 8080, pg: 8081, operator: 8082, card: 8083, broker: 0, counter: 8090 };
const say = (line = ''): void => console.log(line);

/** One scripted day; everything is left below `dataDir` for anyone to inspect. */
async function runOnce(dataDir: string): Promise<void> {
  await awaitRoomInBusinessDate(() => say('It is about midnight in Seoul: the day begins a moment after it.'));
  const world = await startWorld({ dataDir, ports: freePorts });
  const rows: DayRow[] = [];
  const onRow = (row: DayRow): void => {
    rows.push(row);
    say(formatRow(row));
  };
  say(dayHeading);
  try {
    const { operator: operatorUrl } = world.urls;
    await runDay({ ...world, operatorUrl, onRow });
    const closing = await settleDay({ ...world, merchantId: demoMerchant.merchantId, onRow });
    await world.clerk.waitForPaper();
    await world.hardware.settled();
    await world.stop();
    say();
    closing.balances.forEach(printBalances);
    const problems = checkDay(dataDir, rows, closing);
    const publicKeys = publicKeysOf(world.keys);
    writeFileSync(join(dataDir, 'report.json'), JSON.stringify({ steps: rows, publicKeys, ...closing }, null, 2));
    say();
    if ((await runVerify(['--data', dataDir])) !== 0) problems.push('the audit finds that something does not follow');
    if (problems.length > 0) throw new Error(problems.join('\n'));
    say(`\nEvery step held. Left for inspection: ${dataDir}`);
  } catch (error) {
    await world.stop();
    throw error;
  }
}

function printBalances({ company, balances }: Balances): void {
  say(`closing balance, ${company}`);
  for (const { account, amountWon } of balances) {
    say(`  ${account.padEnd(24)}${formatWon(won(amountWon)).padStart(12)}`);
  }
}

/** Stays up until interrupted. */
async function stayUp(dataDir: string): Promise<void> {
  const world = await startWorld({ dataDir, ports: usualPorts }).catch((error: unknown) => {
    if (!String(error).includes('EADDRINUSE')) throw error;
    return startWorld({ dataDir, ports: freePorts });
  });
  const instruments = createInstruments({ ...world, port: 0 });
  const instrumentsUrl = await instruments.start();
  say('ScanPay is running. Pages worth opening:');
  say(`  customer    ${world.urls.pg}/            choose offers, register with 4111 1111 1111 1111, 12/30`);
  say(`  phone       ${world.sandboxUrl}/phone       the coupon as the traveller gets it`);
  say(`  counter     ${world.counterUrl}/            enter an amount, then scan`);
  say(`  settlement  ${world.sandboxUrl}/settlement  the day's statements, hop by hop`);
  say(`  reconcile   ${world.sandboxUrl}/reconciliation  who owes whom, and where a payment's money is`);
  say(`  contracts   ${world.urls.operator}/contracts   what was agreed with each shop`);
  say(`  boxes       ${world.urls.operator}/fleet      who is there, how they are, what they are set to`);
  say(`  alarms      ${world.urls.operator}/alarms     what is wrong at which box, and who looks after it`);
  say(`  cash slips  ${world.urls.operator}/cash-receipts  cash receipts that failed; 010-0000-0404 always does`);
  say(`  claims      ${world.urls.operator}/claims     codes by which technicians set boxes up`);
  say(`  rollouts    ${world.urls.operator}/rollouts   releases of the boxes' software`);
  say(`  no-shows    ${world.urls.operator}/no-shows   schedules that were changed, and who did not come`);
  say(`  instruments ${instrumentsUrl}/            hold a phone before the scanner or the camera; see the receipts`);
  say();
  say('Beside it, in another shell:');
  say(`  npm run scanpay-cloud -- verify --data ${dataDir}`);
  say('              proves every book and statement from what was signed');
  say(`  npm run scanpay-cloud -- reconcile --url ${world.sandboxUrl}`);
  say('              who owes whom; with --find TEXT --date DATE, where that won is');
  say();
  say(`  data        ${dataDir}`);
  say('Ctrl+C ends it.');
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => done());
  });
  await instruments.stop();
  await world.stop();
}

const usage = `usage: npm run demo -- [--once] [--data DIR]
  --once      plays one scripted day, closes and audits it, and ends: exit code 0 only if every step held
  --data DIR  leaves everything there, in an empty or new folder (default: a new one below ${tmpdir()})`;
const flag = { type: 'boolean' } as const;

try {
  const { values } = parseArgs({ options: { once: flag, data: { type: 'string' }, help: { ...flag, short: 'h' } } });
  if (values.help === true) {
    say(usage);
    process.exit(0);
  }
  const dataDir = values.data === undefined ? mkdtempSync(join(tmpdir(), 'scanpay-')) : resolve(values.data);
  if (existsSync(dataDir) && readdirSync(dataDir).length > 0) throw new Error(`${dataDir} is not empty`);
  await (values.once === true ? runOnce(dataDir) : stayUp(dataDir));
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
