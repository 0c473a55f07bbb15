import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { type EmulatedTcpPrinter, serveTcpPrinter } from '../../testing/printer-emulator.ts';
import { createWatchedScheduler } from '../../testing/watched-scheduler.ts';
import { createTcpPrinter } from './tcp-printer.ts';
import { describeConnectedPrinter, describePrinterPort } from './testing/printer-contract.ts';
import { type CreateRig, contractSettings, createCountedEmulator } from './testing/printer-rig.ts';

const createRig: CreateRig = async (settings) => {
  let server: EmulatedTcpPrinter;
  const counted = createCountedEmulator(() => void server.close());
  server = await serveTcpPrinter(counted.emulator, await pickFreePort());
  const { port } = server;
  const scheduler = createWatchedScheduler();
  return {
    ...counted,
    scheduler,
    printer: createTcpPrinter({ scheduler }, { host: '127.0.0.1', port, ...contractSettings, ...settings }),
    unplug: () => server.close(),
    async plugIn() {
      server = await serveTcpPrinter(counted.emulator, port);
    },
    close: () => server.close(),
  };
};

describePrinterPort('TCP', () => createRig({}));
describeConnectedPrinter('TCP', createRig);
