import { stdin, stdout } from 'node:process';
import { DeviceConfigSchema } from '@scanpay/device/config.ts';
import { startBox } from '@scanpay/device/main.ts';
import { readConfigFile } from '@scanpay/shared/system/read-config-file.ts';

/**
 * The ordinary box, which waits between the loading of its code and its start for a byte on standard input: a machine
 * frozen there has read nothing of the box's disk yet, and spares each reboot the loading.
 */
stdout.write('BOX-LOADED\n');
await new Promise((resolve) => stdin.once('data', resolve));
stdin.destroy();
await startBox(readConfigFile(DeviceConfigSchema, process.argv[2] ?? ''));
