import { until } from '@scanpay/shared/testing/until.ts';
import { describe, expect, it } from 'vitest';
import type { Decoder } from '../../ports/decoder.ts';
import { drawNothing, drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { createFakeCamera, isRunning } from '../../testing/fake-camera.ts';
import { createLocalPictureReader } from '../decode/local-picture-reader.ts';
import { createZxingWasmDecoder } from '../decode/zxing-wasm-decoder.ts';
import { createCameraScanner } from './camera-scanner.ts';
import { describeScanner, type ScannerRig, type ScannerRigOptions } from './scanner-contract.ts';
import { blankJpeg, openCameraBench } from './testing/camera-bench.ts';

async function createCameraRig(options: ScannerRigOptions): Promise<ScannerRig> {
  const camera = await createFakeCamera();
  await camera.setScene(await blankJpeg);
  const wasm = createZxingWasmDecoder();
  let blankCount = 0;
  const decoder: Decoder = {
    async decode(image) {
      const symbols = await wasm.decode(image);
      if (symbols.length === 0) blankCount += 1;
      return symbols;
    },
  };
  return {
    scanner: createCameraScanner({
      ...options,
      pictures: createLocalPictureReader({ decoder }),
      searchPath: camera.searchPath,
    }),
    source: 'camera',
    plugIn: () => camera.install('rpicam-vid'),
    async unplug() {
      await camera.uninstall('rpicam-vid');
      await camera.kill();
    },
    present: async (text) => camera.setScene(await toJpeg(await drawSymbol('QRCode', text))),
    async withdraw() {
      await camera.setScene(await blankJpeg);
      // Pictures come in order: one without a code is followed by no older one.
      const before = blankCount;
      await until(() => expect(blankCount).toBeGreaterThan(before));
    },
    close: () => camera.remove(),
  };
}

describeScanner('camera', createCameraRig);

describe('createCameraScanner', () => {
  it('asks for an endless stream of JPEG on standard output', async () => {
    const { camera, scanner, expectState } = await openCameraBench({
      picture: { widthPx: 640, heightPx: 480, framesPerSecond: 10 },
      extraArgs: ['--roi', '0.2,0.2,0.6,0.6; touch /tmp/x'],
    });
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectState('ready', /^rpicam-vid, 160 × 120$/);
    expect(await camera.starts()).toEqual([
      [
        ...['--codec', 'mjpeg', '--output', '-', '--flush', '--timeout', '0', '--nopreview'],
        ...['--width', '640', '--height', '480', '--framerate', '10'],
        ...['--roi', '0.2,0.2,0.6,0.6; touch /tmp/x'],
      ],
    ]);
  });

  it('falls back to the older name of the program, and says so when there is neither', async () => {
    const { camera, scanner, expectState, scheduler } = await openCameraBench();
    await scanner.start();
    await expectState('fault', /^neither rpicam-vid nor libcamera-vid is installed$/);
    await camera.install('libcamera-vid');
    scheduler.advance(500);
    await expectState('ready', /^libcamera-vid/);
  });

  it('says what the program said when it fails, and starts it ever less often', async () => {
    const { camera, scanner, states, scheduler } = await openCameraBench();
    // The stand-in adds its process id to what it says, so that each failure is a state of its own.
    const expectFailures = (count: number): Promise<void> =>
      until(() => expect(states.filter((state) => state.kind === 'fault')).toHaveLength(count));
    await camera.install('rpicam-vid', 'fail');
    await scanner.start();
    await expectFailures(1);
    expect(states.at(-1)?.detail).toMatch(/^rpicam-vid: ended with 1: ERROR: \*\*\* no cameras available \*\*\* \d+$/);
    let startCount = 1;
    for (const delayMs of [500, 1000, 2000]) {
      scheduler.advance(delayMs - 1);
      expect(await camera.starts()).toHaveLength(startCount);
      scheduler.advance(1);
      startCount += 1;
      await expectFailures(startCount);
    }
  });

  it('restarts a program that sends no picture', async () => {
    const { camera, scanner, expectState, expectStarts, scheduler } = await openCameraBench({ watchdogMs: 3000 });
    await camera.install('rpicam-vid', 'freeze');
    await scanner.start();
    await expectStarts(1);
    scheduler.advance(3000);
    await expectState('fault', /^rpicam-vid: no picture for 3000 ms/);
    await camera.install('rpicam-vid');
    scheduler.advance(500);
    await expectState('ready', /^rpicam-vid/);
  });

  it('kills a program that is deaf to being asked to end', async () => {
    const { camera, scanner, expectState, expectStarts, scheduler } = await openCameraBench({ watchdogMs: 3000 });
    await camera.install('rpicam-vid', 'defy');
    await scanner.start();
    await expectStarts(1);
    const [pid = 0] = await camera.pids();
    scheduler.advance(3000);
    await until(async () => expect(await camera.deafPids()).toEqual([pid]));
    scheduler.advance(2000);
    await expectState('fault', /^rpicam-vid: no picture for 3000 ms/);
    expect(await isRunning(pid)).toBe(false);
  });

  it('treats a stream without one whole picture like none, and goes on past garbage', async () => {
    const { camera, scanner, scans, expectState, expectStarts, scheduler } = await openCameraBench({
      watchdogMs: 3000,
    });
    await camera.setScene(Buffer.from(`${'ffd8ffe0'.repeat(100)}00`, 'hex'));
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectStarts(1);
    scheduler.advance(3000);
    await expectState('fault', /no picture/);
    const jpeg = await toJpeg(await drawSymbol('QRCode', 'SP1:CLEAN'));
    await camera.setScene(Buffer.concat([Buffer.alloc(1000, 7), jpeg.subarray(0, 500), jpeg]));
    scheduler.advance(500);
    await until(() => expect(scans.map((scan) => scan.text)).toEqual(['SP1:CLEAN']));
  });

  it('is at fault while the decoder fails, and goes on', async () => {
    const wasm = createZxingWasmDecoder();
    let broken = true;
    const { camera, scanner, expectState } = await openCameraBench({
      decoder: { decode: (image) => (broken ? Promise.reject(new Error('no module')) : wasm.decode(image)) },
    });
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectState('fault', /^decoder: no module$/);
    broken = false;
    await expectState('ready', /^rpicam-vid/);
  });

  it('looks at the latest picture only, one at a time', async () => {
    let looking = 0;
    let mostAtOnce = 0;
    let release: (() => void) | undefined;
    const seen: number[] = [];
    const { camera, scanner, expectStarts } = await openCameraBench({
      decoder: {
        async decode({ width }) {
          looking += 1;
          mostAtOnce = Math.max(mostAtOnce, looking);
          seen.push(width);
          await new Promise<void>((resolve) => {
            release = resolve;
          });
          looking -= 1;
          return [];
        },
      },
    });
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectStarts(1);
    await until(() => expect(seen).toEqual([160]));
    // Pictures of the old width pile up while the decoder is busy; the next one looked at is of the new width.
    await camera.setScene(await toJpeg(drawNothing(200, 100)));
    await until(() => {
      release?.();
      expect(seen.at(-1)).toBe(200);
    });
    expect(seen.filter((width) => width === 160).length).toBeLessThan(10);
    expect(mostAtOnce).toBe(1);
    const releaseAll = setInterval(() => release?.(), 5);
    await scanner.stop();
    clearInterval(releaseAll);
  });

  it('lets go of the camera for another program, and takes it again whatever that came to', async () => {
    const { camera, scanner, expectState, expectStarts } = await openCameraBench();
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectState('ready', /^rpicam-vid/);
    const [pid = 0] = await camera.pids();
    const result = await scanner.withCameraFree(async () => {
      expect(await isRunning(pid)).toBe(false);
      return 'done';
    });
    expect(result).toBe('done');
    await expectState('ready', /^rpicam-vid/);
    await expect(scanner.withCameraFree(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expectStarts(3);
    await scanner.withCameraFree(() => scanner.stop());
    await scanner.withCameraFree(async () => undefined);
    expect(await camera.starts()).toHaveLength(3);
  });
});
