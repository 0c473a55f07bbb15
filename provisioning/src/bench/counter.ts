import { setTimeout as delay } from 'node:timers/promises';
import type { BoxView } from '@scanpay/shared/api/box.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { callJson } from '../demo/call-json.ts';

const waitMs = 20_000;
const lookEveryMs = 5;

/** What the clerk enters before the scan; `counter` is the address of the box's page. */
export async function enterSale(counter: string): Promise<void> {
  const visitDate = businessDateAt(Date.now());
  const sale = { tender: 'card', listAmountWon: 30_000, headcount: 2, visitDate };
  await callJson('POST', `${counter}/api/sale`, sale);
}

/** @throws Error when the light does not come to show it. */
export async function waitForLight(counter: string, light: BoxView['light']): Promise<void> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const view = (await callJson('GET', `${counter}/api/state`)) as BoxView;
    if (view.light === light) return;
    if (Date.now() > deadline) throw new Error(`the light shows ${view.light}, not ${light}`);
    await delay(lookEveryMs);
  }
}
