import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { createVirtualScheduler } from '@scanpay/shared/testing/virtual-scheduler.ts';
import { describe, expect, it } from 'vitest';
import type { PictureInspection } from '../ports/picture-reader.ts';
import { createCameraLook } from './camera-look.ts';

const jpeg = Uint8Array.of(0xff, 0xd8, 0xff, 0xd9);
const secret = 'SP1:A-CUSTOMERS-CARD-BOX';
const inspected: PictureInspection = {
  kind: 'inspected',
  symbols: [{ format: 'QRCode', text: secret, modulePx: 4.2 }],
  widthPx: 1280,
  heightPx: 720,
  meanLuma: 90,
};

function openBench(found: PictureInspection = inspected, still: Result<Uint8Array> = accept(jpeg)) {
  const steps: string[] = [];
  const clock = createVirtualScheduler();
  let readerStarts = true;
  const camera = createCameraLook({
    clock,
    scanner: {
      state: () => ({ kind: 'ready', code: null, detail: '' }),
      async withCameraFree(task) {
        steps.push('freed');
        const result = await task();
        steps.push('given back');
        return result;
      },
    },
    pictures: {
      async start() {
        steps.push('reader');
        if (!readerStarts) throw new Error('no module');
      },
      inspect: async () => found,
    },
    async takeStill() {
      steps.push('still');
      return still;
    },
    judgeText: (text) => (text === secret ? 'coupon' : 'other'),
  });
  return { camera, clock, steps, breakReader: () => (readerStarts = false) };
}

describe('createCameraLook', () => {
  it('takes a picture while the camera is free, and tells what is on it without its text', async () => {
    const { camera, clock, steps } = openBench();
    const look = await camera.look();
    expect(look).toEqual(
      accept({
        jpeg,
        takenAtMs: clock.nowMs(),
        seen: {
          widthPx: 1280,
          heightPx: 720,
          meanLuma: 90,
          hints: [],
          symbols: [{ format: 'QRCode', holds: 'coupon', modulePx: 4.2 }],
        },
      }),
    );
    expect(JSON.stringify(look)).not.toContain('SP1');
    expect(steps).toEqual(['freed', 'still', 'reader', 'given back']);
  });

  it('passes a refusal on, and gives the camera back', async () => {
    const { camera, steps } = openBench(inspected, refuse('camera_silent', 'no picture within 20000 ms'));
    expect(await camera.look()).toEqual(refuse('camera_silent', 'no picture within 20000 ms'));
    expect(steps.at(-1)).toBe('given back');
  });

  it('shows the picture when nothing can look for codes in it', async () => {
    const lost = openBench({ kind: 'lost', detail: 'no module' });
    lost.breakReader();
    expect(await lost.camera.look()).toMatchObject(accept({ jpeg, seen: null }));
    expect(await openBench({ kind: 'failed', detail: 'odd' }).camera.look()).toMatchObject(
      accept({ jpeg, seen: null }),
    );
  });

  it('does not show what is no whole picture', async () => {
    const { camera } = openBench({ kind: 'no-picture' });
    expect(await camera.look()).toMatchObject({ ok: false, code: 'camera_failed' });
  });
});
