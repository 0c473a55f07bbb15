#!/usr/bin/env node
/** The box's command: `scanpay-device doctor …`, `enrol …` and so on. Each part says its own arguments with `--help`. */
const [command, ...args] = process.argv.slice(2);
if (command === 'doctor') process.exit(await (await import('./doctor/main.ts')).runDoctor(args));
if (command === 'enrol') process.exit(await (await import('./enrol/main.ts')).runEnrol(args));
if (command === 'retire') process.exit(await (await import('./retire/main.ts')).runRetire(args));
if (command === 'settle-boot') process.exit((await import('./boot/main.ts')).runSettleBoot(args));
process.stderr.write('usage: scanpay-device doctor|enrol|retire|settle-boot --help\n');
process.exitCode = 2;
