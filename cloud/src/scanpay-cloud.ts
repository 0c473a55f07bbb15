#!/usr/bin/env node
/** The cloud's command: `scanpay-cloud verify …`, `scanpay-cloud reconcile …`. Each part is a program of its own, too. */
const [command, ...args] = process.argv.slice(2);
if (command === 'verify') process.exit(await (await import('./verify/main.ts')).runVerify(args));
if (command === 'reconcile') process.exit(await (await import('./reconcile/main.ts')).runReconcile(args));
process.stderr.write(
  'usage: scanpay-cloud verify (--data DIR | --config FILE) [--keys FILE] [--json]\n' +
    '       scanpay-cloud reconcile --url SANDBOX [--payment ID] [--json]\n',
);
process.exitCode = 2;
