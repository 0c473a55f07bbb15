import { guest } from './boot-images.ts';

/** Under software emulation everything takes ten times as long; a payment without an answer is resolved soon. */
const limits = { deadlineMs: 10_000, repeatMs: 2_000, inquiries: 2, maxRepeatMs: 4_000, maxOpen: 100 };

/** The configuration of a box of the bench, as the one in the machine needs it. */
export function toGuestConfig(boxConfig: { broker: { password: string } }): object {
  const { logFile: _toConsole, ...rest } = boxConfig as typeof boxConfig & { logFile?: string };
  return {
    ...rest,
    dataDir: '/data/box',
    broker: { ...boxConfig.broker, url: `mqtt://${guest.brokerIp}:${guest.brokerPort}` },
    scanners: [{ kind: 'serial', path: '/dev/ttyACM0', baudRate: 9600 }],
    light: { kind: 'onoff', lines: { red: 17, green: 22, blue: 27 } },
    printer: { kind: 'serial', path: '/dev/ttyS1', baudRate: 115_200 },
    counter: { host: '0.0.0.0', port: guest.counterPort },
    limits,
  };
}
