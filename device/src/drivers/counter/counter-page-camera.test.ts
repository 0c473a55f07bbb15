import { accept, errorTable, refuse } from '@scanpay/shared/errors.ts';
import { findBarriers } from '@scanpay/shared/testing/accessibility.ts';
import { describe, expect, it } from 'vitest';
import type { CameraLook } from '../../ports/camera.ts';
import { drawSymbol, toJpeg } from '../../testing/draw-symbol.ts';
import { useCounterPage } from './testing/counter-page.ts';

const ready = { kind: 'ready', problem: null, detail: 'rpicam-vid, 1280 × 720' } as const;

async function makeLook(seen: Partial<NonNullable<CameraLook['seen']>> = {}): Promise<CameraLook> {
  return {
    jpeg: await toJpeg(await drawSymbol('QRCode', 'SP1:PAGE', 4)),
    takenAtMs: Date.UTC(2026, 10, 23, 5, 5),
    seen: {
      widthPx: 1280,
      heightPx: 720,
      meanLuma: 102,
      hints: [],
      symbols: [{ format: 'QRCode', holds: 'coupon', modulePx: 4.04 }],
      ...seen,
    },
  };
}

describe('counter page: camera', () => {
  const test = useCounterPage();

  it('is not there on a box without one', async () => {
    const { page, box } = test;
    expect(await page.locator('#open-camera').isVisible()).toBe(false);
    expect(await page.locator('#parts').textContent()).not.toContain('카메라');
    box.show({ camera: ready });
    await page.locator('#open-camera').waitFor();
    await expect.poll(() => page.locator('#parts').textContent()).toContain('카메라');
  });

  it('shows a technician the picture, what was read and how large, in both languages', async () => {
    const { page, box, problems } = test;
    box.show({ camera: ready });
    box.setLook(accept(await makeLook()));
    await page.click('#open-camera');
    await page.click('#camera-look');
    await page.locator('.look').waitFor();
    // The browser has decoded it: the policy of the page lets it through.
    await expect.poll(() => page.evaluate('document.querySelector(".look-picture").naturalWidth')).toBeGreaterThan(50);
    const text = await page.locator('.look').textContent();
    for (const words of ['쿠폰', '칸당 4.0 픽셀', '1280 × 720', '40 %', '크고 또렷하게']) expect(text).toContain(words);
    expect(await findBarriers(page)).toEqual([]);
    await page.click('#language');
    const english = await page.locator('.look').textContent();
    for (const words of ['Coupon', '4.0 pixels per module', 'large and clear']) expect(english).toContain(words);
    expect(box.calls.map(({ what }) => what)).toEqual(['lookThroughCamera']);
    expect(problems).toEqual([]);
  });

  it('gives hints, and tells a coupon from other codes', async () => {
    const { page, box } = test;
    box.show({ camera: ready });
    const hint = { ko: '코드가 너무 작게 보입니다.', en: 'The code is too small.' };
    const symbols = [
      { format: 'QRCode', holds: 'other', modulePx: null },
      { format: 'QRCode', holds: 'receipt', modulePx: 2.5 },
    ] as const;
    box.setLook(accept(await makeLook({ hints: [hint], symbols: [...symbols] })));
    await page.click('#open-camera');
    await page.click('#camera-look');
    await page.locator('.look').waitFor();
    const text = await page.locator('.look').textContent();
    for (const words of [hint.ko, '쿠폰이 아닌 코드', '영수증', '칸 크기를 알 수 없음']) expect(text).toContain(words);
    expect(text).not.toContain('크고 또렷하게');
    box.setLook(accept({ ...(await makeLook()), seen: null }));
    await page.click('#camera-look');
    await expect.poll(() => page.locator('.look').textContent()).toContain('코드를 찾을 수 없습니다');
  });

  it('says why there is no picture, and what is wrong with the camera', async () => {
    const { page, box } = test;
    const { ko, en } = errorTable.camera_silent;
    box.show({ camera: { kind: 'fault', problem: { ko, en }, detail: 'rpicam-vid: no picture for 5000 ms' } });
    await expect.poll(() => page.locator('#camera-problem').textContent()).toBe(ko);
    await expect.poll(() => page.locator('#parts').textContent()).toContain('확인 필요');
    box.setLook(refuse('camera_busy', 'a picture is being taken'));
    await page.click('#open-camera');
    await page.click('#camera-look');
    await expect.poll(() => page.locator('#camera-result').textContent()).toContain(errorTable.camera_busy.ko);
    expect(await findBarriers(page)).toEqual([]);
    box.show({ camera: ready });
    await page.locator('#camera-problem').waitFor({ state: 'hidden' });
    await page.click('#language');
    expect(await page.locator('#camera-result').textContent()).toContain(errorTable.camera_busy.en);
  });
});
