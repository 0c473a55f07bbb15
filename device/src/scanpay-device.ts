#!/usr/bin/env node
/** The box's command: `scanpay-device doctor …`. Each part says its own arguments with `--help`. */
import { runDoctor } from './doctor/main.ts';

const [command, ...args] = process.argv.slice(2);
if (command === 'doctor') process.exit(await runDoctor(args));
process.stderr.write('usage: scanpay-device doctor [--config FILE] [--json] [--print]\n');
process.exitCode = 2;
