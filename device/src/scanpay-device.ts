#!/usr/bin/env node
/** The box's command: `scanpay-device doctor …`, `scanpay-device enrol …`. Each part says its own arguments with `--help`. */
const [command, ...args] = process.argv.slice(2);
if (command === 'doctor') process.exit(await (await import('./doctor/main.ts')).runDoctor(args));
if (command === 'enrol') process.exit(await (await import('./enrol/main.ts')).runEnrol(args));
process.stderr.write(
  'usage: scanpay-device doctor [--config FILE] [--json] [--print]\n       scanpay-device enrol --help\n',
);
process.exitCode = 2;
