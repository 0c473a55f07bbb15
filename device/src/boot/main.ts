import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { settleBootFolder } from '../drivers/boot/boot-folder.ts';
import { readOwnFile } from '../enrol/read-box-config.ts';

const defaultConfigFile = '/etc/scanpay/box.json';

const usage = `usage: scanpay-device settle-boot [--config FILE]
  takes claim.txt and wifi.txt from the boot partition once the box has carried them out, and leaves the outcomes there;
  for systemd/scanpay-boot.service, as the box itself may not write there
exit code: 0 done, 1 the partition cannot be written, 2 wrong arguments or configuration
`;

/** `scanpay-device settle-boot`, with the arguments after it. Gives the exit code, as `usage` has it. */
export function runSettleBoot(args: readonly string[]): number {
  try {
    const options = { config: { type: 'string' }, help: { type: 'boolean' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    if (values.help) {
      process.stdout.write(usage);
      return 0;
    }
    const { config } = readOwnFile(values.config ?? process.env.SCANPAY_CONFIG ?? defaultConfigFile);
    if (config.bootDir === null) return 0;
    const isSettled = settleBootFolder({
      folder: config.bootDir,
      notesFile: join(config.dataDir, 'boot-orders.json'),
      onProblem: (detail) => process.stderr.write(`${detail}\n`),
    });
    return isSettled ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${error instanceof ScanPayError ? error.message : String(error)}\n`);
    return 2;
  }
}
