import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { startBenchWorld } from '../../bench/bench-world.ts';
import { makeAppImage, makeDataImage, makeInitramfs } from './boot-images.ts';
import { layInstruments } from './cut-instruments.ts';
import { toGuestConfig } from './guest-config.ts';
import type { Rig } from './rig.ts';
import { startVirtualBox, type VirtualBox, type VirtualBoxOptions } from './virtual-box.ts';
import { type CacheLoss, type DiskAfterCut, loseCache, readWriteLog } from './write-log.ts';

/** A box in a virtual machine, its disk, its instruments and the cloud. */
export type CutWorld = Awaited<ReturnType<typeof startCutWorld>>;

/** Builds the machine and starts the cloud below `folder`. The box is off. */
export async function startCutWorld(options: { folder: string; rig: Rig; say(line: string): void }) {
  const { folder, rig, say } = options;
  const file = (name: string): string => join(folder, name);
  mkdirSync(folder, { recursive: true });
  const dataDir = file('cloud');
  const cloud = await startBenchWorld({ dataDir, boxCount: 1 });
  const boxConfig = cloud.boxConfig(0) as { broker: { url: string; password: string } };
  const { paper, ...instruments } = await layInstruments(folder);
  makeDataImage(file('medium.img'), toGuestConfig(boxConfig));
  makeInitramfs(rig, file('initramfs'));
  makeAppImage(file('app.img'));
  const machine: VirtualBoxOptions = {
    kernel: rig.kernel,
    initramfs: file('initramfs'),
    appImage: file('app.img'),
    dataImage: file('data.img'),
    writeLog: file('writes.log'),
    scannerSocket: instruments.scannerPath,
    printerSocket: instruments.printerPath,
    monitorSocket: file('monitor.sock'),
    brokerPort: Number(new URL(boxConfig.broker.url).port),
    counterPort: await pickFreePort(),
  };
  let running: VirtualBox | null = null;
  const off = async (): Promise<void> => {
    await running?.cut();
    running = null;
  };
  const plugIn = (frozen?: string): VirtualBox => {
    copyFileSync(file('medium.img'), file('data.img'));
    running = startVirtualBox(machine, frozen);
    return running;
  };
  say('the machine loads the box, to be frozen there');
  const first = plugIn();
  await first.waitUntilLoaded();
  await first.freeze(file('frozen'));
  await off();
  return {
    dataDir,
    counterUrl: `http://127.0.0.1:${machine.counterPort}`,
    makeBarcodes: cloud.makeBarcodes,
    paper,
    scan: instruments.scan,
    console: (): string => running?.console() ?? '',
    /** Switches the box on; `cold`: from the kernel's first instruction. Resolves when its disk is about to be mounted. */
    async boot(cold: boolean): Promise<void> {
      const box = plugIn(cold ? undefined : file('frozen'));
      if (cold) await box.waitUntilLoaded();
      await box.goOn();
    },
    /** Pulls the plug of the box, and of the printer where `printerToo`; what the disk had in its cache is at risk. */
    async cut(cut: { loss: CacheLoss; random: () => number; printerToo: boolean; honoursFlush: boolean }) {
      await off();
      const { loss, random, honoursFlush } = cut;
      const disk = loseCache(readWriteLog(readFileSync(machine.writeLog)), loss, random, { honoursFlush });
      writeMedium(file('medium.img'), disk);
      if (cut.printerToo) paper.powerCycle();
      return disk;
    },
    medium: file('medium.img'),
    async stop(): Promise<void> {
      await off();
      await cloud.stop();
      await instruments.close();
    },
  };
}

function writeMedium(path: string, { kept }: DiskAfterCut): void {
  const fd = openSync(path, 'r+');
  try {
    for (const { offset, bytes } of kept) writeSync(fd, bytes, 0, bytes.length, offset);
  } finally {
    closeSync(fd);
  }
}
