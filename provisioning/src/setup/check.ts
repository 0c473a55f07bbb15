/** `npm run check`: all static checks; the exit code is 1 when one fails. */
import { runChecks } from './run-checks.ts';

const failed = await runChecks(process.cwd());
if (failed.length > 0) process.exitCode = 1;
