/** Runs inside the machine: `node guest/main.ts [folder with gpioset of libgpiod 2]…`; exit code 1 when a case failed. */

import { runCases } from './cases.ts';
import { addSimulatedChip, openSimulatedChip } from './gpio-sim.ts';
import { listLightCases } from './light-cases.ts';
import { serialCases } from './serial-cases.ts';

const chip = openSimulatedChip('box');
// Now the lamp's chip is neither the only one nor the one with the lowest base.
addSimulatedChip('other', 8);
const cases = [...listLightCases({ chip, gpioset2Folders: process.argv.slice(2) }), ...serialCases];
const failed = await runCases(cases, (outcome) => console.log(`CASE ${JSON.stringify(outcome)}`));
console.log(`CASES ${cases.length}`);
// A case that hangs leaves its timers and children behind.
process.exit(failed > 0 ? 1 : 0);
