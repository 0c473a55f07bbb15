import { until } from '@scanpay/shared/testing/until.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { expect, onTestFinished } from 'vitest';
import type { Decoder } from '../../../ports/decoder.ts';
import type { Scan, ScannerState } from '../../../ports/scanner.ts';
import { drawNothing, toJpeg } from '../../../testing/draw-symbol.ts';
import { createFakeCamera, type FakeCamera } from '../../../testing/fake-camera.ts';
import { createLocalPictureReader } from '../../decode/local-picture-reader.ts';
import { createZxingWasmDecoder } from '../../decode/zxing-wasm-decoder.ts';
import { type CameraScannerOptions, createCameraScanner } from '../camera-scanner.ts';
import { createRepeatFilter } from '../repeat-filter.ts';

/** What a camera sees when nothing is held before it. */
export const blankJpeg = toJpeg(drawNothing());

/** A camera scanner on virtual time, and the stand-in for its programs, of which none is installed at first. */
export interface CameraBench {
  camera: FakeCamera;
  scheduler: ReturnType<typeof createVirtualScheduler>;
  scanner: ReturnType<typeof createCameraScanner>;
  scans: Scan[];
  states: ScannerState[];
  expectState(kind: ScannerState['kind'], detail: RegExp): Promise<void>;
  expectStarts(count: number): Promise<void>;
}

export async function openCameraBench(
  options: Partial<CameraScannerOptions> & { decoder?: Decoder } = {},
): Promise<CameraBench> {
  const { decoder = createZxingWasmDecoder(), ...scannerOptions } = options;
  const camera = await createFakeCamera();
  await camera.setScene(await blankJpeg);
  const scheduler = createVirtualScheduler();
  const [scans, states]: [Scan[], ScannerState[]] = [[], []];
  const scanner = createCameraScanner({
    scheduler,
    events: {
      onScan: (scan) => scans.push(scan),
      onState: (state) => states.push(state),
      onRejected: () => undefined,
    },
    repeats: createRepeatFilter({ clock: scheduler, windowMs: 1000 }),
    pictures: createLocalPictureReader({ decoder }),
    searchPath: camera.searchPath,
    ...scannerOptions,
  });
  onTestFinished(async () => {
    await scanner.stop();
    await camera.remove();
  });
  return {
    camera,
    scheduler,
    scanner,
    scans,
    states,
    expectState: (kind, detail) =>
      until(() => expect(states.at(-1)).toEqual({ kind, detail: expect.stringMatching(detail) })),
    expectStarts: (count) => until(async () => expect(await camera.starts()).toHaveLength(count)),
  };
}
