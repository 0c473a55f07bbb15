import { fileURLToPath } from 'node:url';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { create as createQr } from 'qrcode';
import sharp from 'sharp';
import type { CouponTexts } from '../../../core/issue/coupon-texts.ts';
import { layOutPicture, minModulePx, type PictureLayout } from '../../../core/issue/picture-layout.ts';
import { maxMmsJpegBytes } from '../../../ports/mms.ts';

/** The font travels with the program: a server need not have any Korean one. */
const fontFile = fileURLToPath(
  import.meta.resolve('@expo-google-fonts/nanum-gothic-coding/700Bold/NanumGothicCoding_700Bold.ttf'),
);
const fontFamily = 'NanumGothicCoding';
/** At this density a point is a pixel. */
const pixelDpi = 72;
const sizes = { greetingPx: 38, authNumberPx: 66, linePx: 36 } as const;
const white = { r: 255, g: 255, b: 255 };
/** From crisp to small; the last is still far above what a scanner needs. */
const jpegQualities = [90, 80, 70, 60, 50, 40];

/** How many offers fit under the code. */
export const maxPictureOffers = 4;

interface Modules {
  size: number;
  /** One byte per module, 0 black and 255 white. */
  pixels: Uint8Array;
}

/** Level M, alphanumeric: base45 was made for it (RFC 9285 §3). */
function makeModules(barcode: string): Modules {
  const { modules } = createQr([{ data: barcode, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' });
  return { size: modules.size, pixels: Uint8Array.from(modules.data, (isDark) => (isDark ? 0 : 255)) };
}

const escapeMarkup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The font is monospaced: Hangul is as wide as it is high, everything of ASCII half of that. */
const measureEms = (text: string): number =>
  Array.from(text).reduce((ems, character) => ems + (character.charCodeAt(0) < 0x80 ? 0.5 : 1), 0);

function cutToEms(text: string, maxEms: number): string {
  if (measureEms(text) <= maxEms) return text;
  const characters = Array.from(text);
  while (characters.length > 0 && measureEms(characters.join('')) + 1 > maxEms) characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

function markUp(texts: CouponTexts, widthPx: number): string {
  const line = (sizePx: number, text: string, detail = '') => {
    const cut = cutToEms(text, widthPx / sizePx - measureEms(detail));
    return `<span size="${sizePx * 1024}">${escapeMarkup(cut + detail)}</span>`;
  };
  return [
    line(sizes.greetingPx, texts.greeting),
    line(sizes.authNumberPx, `인증번호 ${texts.authNumber}`),
    line(sizes.linePx, `유효기간 ${texts.validity}`),
    ...texts.offers.map(({ title, detail }) => line(sizes.linePx, `- ${title}`, detail)),
  ].join('\n');
}

async function renderText(texts: CouponTexts, widthPx: number): Promise<{ png: Buffer; height: number }> {
  const text = {
    text: markUp(texts, widthPx),
    font: fontFamily,
    fontfile: fontFile,
    dpi: pixelDpi,
    spacing: 14,
    rgba: true,
  };
  const { data, info } = await sharp({ text }).png().toBuffer({ resolveWithObject: true });
  return { png: data, height: info.height };
}

function renderCode({ size, pixels }: Modules, modulePx: number): Promise<Buffer> {
  return sharp(pixels, { raw: { width: size, height: size, channels: 1 } })
    .resize(size * modulePx, size * modulePx, { kernel: 'nearest' })
    .png()
    .toBuffer();
}

async function encodeJpeg(pixels: Buffer, { width, height }: PictureLayout): Promise<Uint8Array> {
  for (const quality of jpegQualities) {
    const grey = sharp(pixels, { raw: { width, height, channels: 1 } }).toColourspace('b-w');
    const jpeg = await grey.jpeg({ quality }).toBuffer();
    if (jpeg.byteLength <= maxMmsJpegBytes) return jpeg;
  }
  throw new ScanPayError('internal', 'the picture does not get small enough for MMS');
}

/**
 * The picture of S06: the code as large as fits, and under it in Korean whose it is, the auth number, the validity and
 * the offers. A grey JPEG of at most 200 KB within 1500×1440.
 * @throws ScanPayError `internal` when the code cannot be drawn with `minModulePx` a module.
 */
export async function renderPicture(barcode: string, texts: CouponTexts): Promise<Uint8Array> {
  const modules = makeModules(barcode);
  const empty = layOutPicture(modules.size, 0);
  const text = await renderText(texts, empty?.textWidth ?? 0);
  const layout = layOutPicture(modules.size, text.height);
  if (layout === undefined) throw new ScanPayError('internal', `no room for ${minModulePx} pixels a module`);
  const code = await renderCode(modules, layout.modulePx);
  const { width, height, codeLeft, codeTop, textLeft, textTop } = layout;
  const pixels = await sharp({ create: { width, height, channels: 3, background: white } })
    .composite([
      { input: code, left: codeLeft, top: codeTop },
      { input: text.png, left: textLeft, top: textTop },
    ])
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  return encodeJpeg(pixels, layout);
}
