import { rmSync } from 'node:fs';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmulatedSerialPrinter, serveSerialPrinter } from '../../testing/printer-emulator.ts';
import { createWatchedScheduler } from '../../testing/watched-scheduler.ts';
import { createSerialPrinter } from './serial-printer.ts';
import { describeConnectedPrinter, describePrinterPort } from './testing/printer-contract.ts';
import { type CreateRig, contractSettings, createCountedEmulator } from './testing/printer-rig.ts';

/** The line has a name that stays when it is plugged in again, as under /dev/serial/by-id. */
const createRig: CreateRig = async (settings) => {
  let line: EmulatedSerialPrinter;
  const folder = await mkdtemp(join(tmpdir(), 'printer-'));
  const path = join(folder, 'by-id');
  // The name goes with the line, whose number may be given to somebody else's meanwhile.
  const unplug = (): void => {
    rmSync(path, { force: true });
    line.close();
  };
  const counted = createCountedEmulator(unplug);
  const plugIn = async (): Promise<void> => {
    line = await serveSerialPrinter(counted.emulator);
    await symlink(line.path, path);
  };
  await plugIn();
  const scheduler = createWatchedScheduler();
  return {
    ...counted,
    scheduler,
    printer: createSerialPrinter({ scheduler }, { path, baudRate: 115_200, ...contractSettings, ...settings }),
    unplug,
    plugIn,
    async close() {
      line.close();
      await rm(folder, { recursive: true });
    },
  };
};

describePrinterPort('serial', () => createRig({}));
describeConnectedPrinter('serial', createRig);
