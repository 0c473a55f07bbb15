#!/usr/bin/env node
/** The cloud's command: `scanpay-cloud verify …`, `… reconcile …`, `… staff hash`. Each part is a program of its own, too. */
const [command, ...args] = process.argv.slice(2);
if (command === 'verify') process.exit(await (await import('./verify/main.ts')).runVerify(args));
if (command === 'reconcile') process.exit(await (await import('./reconcile/main.ts')).runReconcile(args));
if (command === 'staff') process.exit(await (await import('./staff/main.ts')).runStaff(args));
process.stderr.write(
  'usage: scanpay-cloud verify (--data DIR | --config FILE) [--keys FILE] [--json]\n' +
    '       scanpay-cloud reconcile --url URL [--company NAME [--staff-file FILE]]\n' +
    '                               [--payment ID | --find TEXT [--date DATE]] [--json]\n' +
    '       scanpay-cloud staff hash\n',
);
process.exitCode = 2;
