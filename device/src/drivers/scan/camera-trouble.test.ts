import { until } from '@scanpay/shared/testing/until.ts';
import { describe, expect, it } from 'vitest';
import type { PictureReader } from '../../ports/picture-reader.ts';
import { drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { isRunning } from '../../testing/fake-camera.ts';
import { createLocalPictureReader } from '../decode/local-picture-reader.ts';
import { createZxingWasmDecoder } from '../decode/zxing-wasm-decoder.ts';
import { openCameraBench } from './testing/camera-bench.ts';

describe('createCameraScanner in trouble', () => {
  it('starts both anew when the reader is lost, and names the trouble', async () => {
    let isHanging = true;
    const asked: number[] = [];
    const reader = createLocalPictureReader({ decoder: createZxingWasmDecoder() });
    const starts: number[] = [];
    const pictures: PictureReader = {
      ...reader,
      start() {
        starts.push(starts.length);
        return reader.start();
      },
      async read(jpeg) {
        asked.push(jpeg.length);
        return isHanging ? { kind: 'lost', detail: 'no answer within 5000 ms' } : reader.read(jpeg);
      },
    };
    const { camera, scanner, expectState, expectStarts, scheduler } = await openCameraBench({ pictures });
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectState('fault', /^decoder: no answer within 5000 ms$/);
    expect(scanner.state()).toMatchObject({ kind: 'fault', code: 'picture_reader_failed' });
    const [pid = 0] = await camera.pids();
    await until(async () => expect(await isRunning(pid)).toBe(false));
    // Nobody asks a reader that is lost.
    expect(asked).toHaveLength(1);
    isHanging = false;
    // The wait before the next try begins once the end of the program was noticed, a moment after it.
    await until(() => {
      scheduler.advance(500);
      expect(starts).toHaveLength(2);
    });
    await expectState('ready', /^rpicam-vid/);
    expect(scanner.state().code).toBeNull();
    await expectStarts(2);
    expect(starts).toHaveLength(2);
  });

  it('starts no camera while there is no reader, and tries again', async () => {
    let isBroken = true;
    const reader = createLocalPictureReader({ decoder: createZxingWasmDecoder() });
    const start = (): Promise<void> => (isBroken ? Promise.reject(new Error('no module')) : reader.start());
    const { camera, scanner, expectState, scheduler } = await openCameraBench({ pictures: { ...reader, start } });
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectState('fault', /^decoder: no module$/);
    expect(scanner.state().code).toBe('picture_reader_failed');
    expect(await camera.starts()).toEqual([]);
    isBroken = false;
    scheduler.advance(500);
    await expectState('ready', /^rpicam-vid/);
  });

  it('has a code for each trouble of the camera', async () => {
    const { camera, scanner, expectState, expectStarts, scheduler } = await openCameraBench({ watchdogMs: 3000 });
    await scanner.start();
    expect(scanner.state()).toMatchObject({ kind: 'fault', code: 'camera_program_missing' });
    await camera.install('rpicam-vid', 'fail');
    scheduler.advance(500);
    await expectState('fault', /no cameras available/);
    expect(scanner.state().code).toBe('camera_failed');
    await camera.install('rpicam-vid', 'freeze');
    scheduler.advance(1000);
    await expectStarts(2);
    scheduler.advance(3000);
    await expectState('fault', /no picture for 3000 ms/);
    expect(scanner.state().code).toBe('camera_silent');
  });

  it('says that the camera was unplugged, and reads again once it is back', async () => {
    const { camera, scanner, scans, expectState, scheduler } = await openCameraBench();
    await camera.install('rpicam-vid');
    await scanner.start();
    await expectState('ready', /^rpicam-vid/);
    await camera.install('rpicam-vid', 'fail');
    await camera.kill();
    await expectState('fault', /^rpicam-vid: ended by SIGKILL/);
    expect(scanner.state().code).toBe('camera_failed');
    scheduler.advance(500);
    await expectState('fault', /no cameras available/);
    await camera.install('rpicam-vid');
    await camera.setScene(await toJpeg(await drawSymbol('QRCode', 'SP1:BACK')));
    scheduler.advance(1000);
    await expectState('ready', /^rpicam-vid/);
    await until(() => expect(scans.map((scan) => scan.text)).toEqual(['SP1:BACK']));
  });
});
