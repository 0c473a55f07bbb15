import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { consoleWords, guest } from './boot-images.ts';
import { createMonitor } from './qemu-monitor.ts';
import { findProgram } from './rig.ts';

const memoryMb = 512;
const consoleTailChars = 20_000;

export interface VirtualBoxOptions {
  kernel: string;
  initramfs: string;
  appImage: string;
  dataImage: string;
  /** Every write and flush of the data disk, as QEMU's blklogwrites driver notes them. */
  writeLog: string;
  /** Listening sockets on this machine: the far ends of the scanner's and the printer's cable. */
  scannerSocket: string;
  printerSocket: string;
  /** Where QEMU's own monitor is to listen. */
  monitorSocket: string;
  /** The cloud's broker, on this machine's loopback. */
  brokerPort: number;
  /** Where the guest's counter page is to be found on this machine's loopback. */
  counterPort: number;
}

/** A box in a machine of its own, from its power switch to its plug. */
export interface VirtualBox {
  readonly pid: number;
  /** Resolves when QEMU is gone, with its exit code or signal. */
  readonly ended: Promise<number | string>;
  /** The end of what the console showed. */
  console(): string;
  /** Waits until the guest has loaded its code; by itself it goes no further. */
  waitUntilLoaded(): Promise<void>;
  /** Lets a loaded guest mount its disk and start the box. */
  goOn(): Promise<void>;
  /** Writes a loaded guest's memory to a file, and ends it. */
  freeze(file: string): Promise<void>;
  /** Pulls the plug: QEMU ends at once, with whatever the guest had not written. */
  cut(): Promise<void>;
}

const loadDeadlineMs = 300_000;
const lookEveryMs = 200;

/**
 * Starts QEMU by software emulation; the guest's network reaches two loopback ports of this machine and nothing else.
 * With `frozen` it goes on from that file instead of booting.
 */
export function startVirtualBox(options: VirtualBoxOptions, frozen?: string): VirtualBox {
  writeFileSync(options.writeLog, '');
  rmSync(options.monitorSocket, { force: true });
  const incoming = frozen === undefined ? [] : ['-incoming', `exec:cat '${frozen}'`];
  const child = spawn('qemu-system-x86_64', [...qemuArguments(options), ...incoming]);
  let tail = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      tail = (tail + text).slice(-consoleTailChars);
    });
  }
  child.stdin.on('error', () => undefined);
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = endOf(child).finally(() => process.off('exit', kill));
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  const cut = async (): Promise<void> => {
    kill();
    await ended;
  };
  const waitForWord = async (word: string, nudge: () => void = () => undefined): Promise<void> => {
    const deadline = Date.now() + loadDeadlineMs;
    while (!tail.includes(word)) {
      if (gone || Date.now() > deadline) throw new Error(`the guest does not come to say ${word}:\n${tail}`);
      nudge();
      await delay(lookEveryMs);
    }
  };
  return {
    pid: child.pid ?? 0,
    ended,
    console: () => tail,
    waitUntilLoaded: () => waitForWord(consoleWords.loaded),
    // A byte that comes while the memory is still being read is lost, so the word is said until it is heard.
    goOn: () => waitForWord(consoleWords.goesOn, () => void child.stdin.write(consoleWords.goOn)),
    async freeze(file) {
      const monitor = await createMonitor(options.monitorSocket);
      try {
        await monitor.saveMemory(file);
      } finally {
        monitor.close();
      }
      await cut();
    },
    cut,
  };
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'ended'));
  });
}

function qemuArguments(options: VirtualBoxOptions): string[] {
  const { dataImage, writeLog, appImage, scannerSocket, printerSocket, monitorSocket } = options;
  const { brokerPort, counterPort } = options;
  const relay = `${findProgram('busybox')} nc 127.0.0.1 ${brokerPort}`;
  const network = [
    'user,id=net,restrict=on,ipv6=off',
    `hostfwd=tcp:127.0.0.1:${counterPort}-${guest.ip}:${guest.counterPort}`,
    `guestfwd=tcp:${guest.brokerIp}:${guest.brokerPort}-cmd:${relay}`,
  ].join(',');
  return [
    ...['-accel', 'tcg', '-cpu', 'max', '-m', String(memoryMb), '-display', 'none', '-no-reboot', '-nodefaults'],
    ...['-kernel', options.kernel, '-initrd', options.initramfs],
    ...['-append', 'console=ttyS0 quiet panic=-1 mitigations=off'],
    ...['-serial', 'stdio', '-qmp', `unix:${monitorSocket},server=on,wait=off`],
    ...['-chardev', `socket,id=printer,path=${printerSocket}`, '-device', 'isa-serial,chardev=printer'],
    ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=scanner,path=${scannerSocket}`],
    ...['-device', 'virtserialport,chardev=scanner,name=scanner'],
    ...['-netdev', network, '-device', 'virtio-net-pci,netdev=net,romfile='],
    ...['-device', 'virtio-rng-pci'],
    // The guest sees a disk with a volatile write cache; the log tells afterwards what it had been made to keep.
    ...['-blockdev', `driver=file,node-name=data-file,filename=${dataImage}`],
    ...['-blockdev', `driver=file,node-name=log-file,filename=${writeLog}`],
    ...['-blockdev', 'driver=blklogwrites,node-name=data,file=data-file,log=log-file,log-sector-size=512'],
    ...['-device', 'virtio-blk-pci,drive=data,write-cache=on'],
    ...['-blockdev', `driver=file,node-name=app,filename=${appImage},read-only=on`],
    ...['-device', 'virtio-blk-pci,drive=app'],
  ];
}
