import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { type EmulatedSerialPrinter, serveSerialPrinter } from '../../testing/printer-emulator.ts';
import { createSerialPrinter } from './serial-printer.ts';
import { describeConnectedPrinter, describePrinterPort } from './testing/printer-contract.ts';
import { type CreateRig, contractSettings, createCountedEmulator, watchScheduler } from './testing/printer-rig.ts';

/** The line has a name that stays when it is plugged in again, as under /dev/serial/by-id. */
const createRig: CreateRig = async (settings) => {
  let line: EmulatedSerialPrinter;
  const counted = createCountedEmulator(() => line.close());
  const folder = await mkdtemp(join(tmpdir(), 'printer-'));
  const path = join(folder, 'by-id');
  const plugIn = async (): Promise<void> => {
    line = await serveSerialPrinter(counted.emulator);
    await rm(path, { force: true });
    await symlink(line.path, path);
  };
  await plugIn();
  const scheduler = watchScheduler(createVirtualScheduler());
  return {
    ...counted,
    scheduler,
    printer: createSerialPrinter({ scheduler }, { path, baudRate: 115_200, ...contractSettings, ...settings }),
    unplug: () => line.close(),
    plugIn,
    async close() {
      line.close();
      await rm(folder, { recursive: true });
    },
  };
};

describePrinterPort('serial', () => createRig({}));
describeConnectedPrinter('serial', createRig);
