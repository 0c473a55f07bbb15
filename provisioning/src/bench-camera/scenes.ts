import { drawSymbol } from '@scanpay/device/testing/draw-symbol.ts';
import sharp from 'sharp';
import { createRandom, type Random } from '../bench-decode/phone-screens/random.ts';

/** Pictures of one kind, as the camera sends them. */
export interface Scene {
  name: string;
  /** The code in view, if there is one large enough to be read. */
  text: string | null;
  jpegs: Buffer[];
}

const size = { width: 1280, height: 720 };

/** As much as an auth barcode holds: version 10 at level M. */
const couponText = `SP1:${'6BFOXN%TSMAHN-H9UAHS*8'.repeat(13)}`;

const sensorNoise = 4;
const jpegQuality = 80;

/** A shelf of goods behind the counter: edges, print and shades, none of it a code. */
function drawRoom(random: Random): Buffer {
  const room = Buffer.alloc(size.width * size.height);
  for (let y = 0; y < size.height; y += 1) room.fill(50 + (y * 60) / size.height, y * size.width, (y + 1) * size.width);
  for (let count = 0; count < 60; count += 1) {
    const [left, top] = [Math.floor(random.between(0, 1180)), Math.floor(random.between(0, 620))];
    const [width, height] = [Math.floor(random.between(10, 100)), Math.floor(random.between(10, 100))];
    const luma = random.between(10, 240);
    const stripePx = Math.floor(random.between(2, 20));
    for (let y = top; y < top + height; y += 1) {
      const isStripe = Math.floor(y / stripePx) % 2 === 0;
      room.fill(isStripe ? luma : luma / 2, y * size.width + left, y * size.width + left + width);
    }
  }
  return room;
}

async function takePicture(random: Random, modulePx: number | null): Promise<Buffer> {
  const room = sharp(drawRoom(random), { raw: { ...size, channels: 1 } }).toColourspace('srgb');
  const held = modulePx === null ? [] : [await drawPhone(random, modulePx)];
  const lit = await sharp(await room.composite(held).png().toBuffer())
    .blur(0.6)
    .extractChannel('green')
    .raw()
    .toBuffer();
  const sensed = lit.map((luma) => Math.min(255, Math.max(0, Math.round(luma + sensorNoise * random.normal()))));
  return sharp(sensed, { raw: { ...size, channels: 1 } })
    .toColourspace('srgb')
    .jpeg({ quality: jpegQuality })
    .toBuffer();
}

/** A phone with the coupon on its screen, somewhere near the middle and a little turned. */
async function drawPhone(random: Random, modulePx: number) {
  const code = await drawSymbol('QRCode', couponText, 8, { ecLevel: 'M' });
  const codePx = Math.round((code.width / 8) * modulePx);
  const raw = { width: code.width, height: code.height, channels: 1 } as const;
  const input = await sharp(Buffer.from(code.data), { raw })
    .toColourspace('srgb')
    .resize(codePx)
    .extend({ top: 60, bottom: 60, left: 12, right: 12, background: '#e8e8e8' })
    .extend({ top: 14, bottom: 14, left: 8, right: 8, background: '#080808' })
    .rotate(random.between(-8, 8), { background: '#3a3733' })
    .png()
    .toBuffer();
  return { input, left: Math.round(random.between(300, 500)), top: Math.round(random.between(60, 140)) };
}

/** The same seed draws the same pictures. */
export async function drawScenes(count: number, seed: number): Promise<Scene[]> {
  const random = createRandom(seed);
  const draw = async (name: string, modulePx: number | null, text: string | null): Promise<Scene> => {
    const jpegs: Buffer[] = [];
    while (jpegs.length < count) jpegs.push(await takePicture(random, modulePx));
    return { name, text, jpegs };
  };
  return [
    await draw('a code in view', 4, couponText),
    await draw('none in view', null, null),
    await draw('one too far away', 1.2, null),
  ];
}
