import { createDefaultDecoder } from '@scanpay/device/drivers/decode/default-decoder.ts';
import { createLocalPictureReader } from '@scanpay/device/drivers/decode/local-picture-reader.ts';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { measureScene } from './measure-scene.ts';
import { drawScenes } from './scenes.ts';

it('draws the same pictures for the same seed, and reads in each what is there', { timeout: 60_000 }, async () => {
  const scenes = await drawScenes(2, 7);
  expect(await drawScenes(2, 7)).toEqual(scenes);
  const pictures = createLocalPictureReader({ decoder: createDefaultDecoder() });
  await pictures.start();
  onTestFinished(() => pictures.stop());
  for (const scene of scenes) {
    expect(await sharp(scene.jpegs[0]).metadata()).toMatchObject({ width: 1280, height: 720 });
    const cost = await measureScene(scene, pictures, { rounds: 1, warmUps: 0 });
    expect(cost).toMatchObject({ scene: scene.name, pictures: 2, right: 2 });
    expect(cost.ratio).toBeGreaterThan(0);
  }
  const blind = { ...(scenes[0] as (typeof scenes)[number]), text: null };
  expect((await measureScene(blind, pictures, { rounds: 1, warmUps: 0 })).right).toBe(0);
});
