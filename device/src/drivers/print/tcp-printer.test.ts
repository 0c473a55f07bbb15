import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { type EmulatedTcpPrinter, serveTcpPrinter } from '../../testing/printer-emulator.ts';
import { createTcpPrinter } from './tcp-printer.ts';
import { describeConnectedPrinter, describePrinterPort } from './testing/printer-contract.ts';
import { type CreateRig, contractSettings, createCountedEmulator, watchScheduler } from './testing/printer-rig.ts';

const createRig: CreateRig = async (settings) => {
  let server: EmulatedTcpPrinter;
  const counted = createCountedEmulator(() => void server.close());
  server = await serveTcpPrinter(counted.emulator);
  const { port } = server;
  const scheduler = watchScheduler(createVirtualScheduler());
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
