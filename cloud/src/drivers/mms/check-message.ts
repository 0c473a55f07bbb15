import { ScanPayError } from '@scanpay/shared/errors.ts';
import sharp from 'sharp';
import { type MmsMessage, maxMmsJpegBytes } from '../../ports/mms.ts';

/** Korean gateways take a picture of at most this size. */
const maxWidth = 1500;
const maxHeight = 1440;
/** What a Korean gateway takes: a subject of 40 bytes and a text of 2,000 bytes in CP949, where Hangul has two. */
const maxSubjectBytes = 40;
const maxTextBytes = 2_000;

/**
 * Refuses what no gateway would take.
 * @throws ScanPayError `invalid_input` or `too_large`; trying again is of no use.
 */
export async function checkMmsMessage(message: MmsMessage): Promise<void> {
  checkMobile(message.toMobile);
  if (/[\r\n]/u.test(message.subject)) throw new ScanPayError('invalid_input', 'MMS subject: more than one line');
  if (cp949Length(message.subject) > maxSubjectBytes) throw new ScanPayError('too_large', 'MMS subject');
  if (cp949Length(message.text) > maxTextBytes) throw new ScanPayError('too_large', 'MMS text');
  if (message.jpeg !== null) await checkJpeg(message.jpeg);
}

/** Also what keeps a mobile number from leading out of the outbox's folder. */
export function checkMobile(mobile: string): void {
  if (!/^[0-9]{8,15}$/u.test(mobile)) throw new ScanPayError('invalid_input', 'mobile number: 8 to 15 digits expected');
}

async function checkJpeg(jpeg: Uint8Array): Promise<void> {
  if (jpeg.length > maxMmsJpegBytes) throw new ScanPayError('too_large', `JPEG: ${jpeg.length} bytes`);
  const { format, width, height } = await readHeader(jpeg);
  if (format !== 'jpeg') throw new ScanPayError('invalid_input', `JPEG expected, not ${format}`);
  if (width > maxWidth || height > maxHeight) throw new ScanPayError('too_large', `JPEG: ${width}×${height}`);
}

async function readHeader(picture: Uint8Array) {
  try {
    return await sharp(picture).metadata();
  } catch (cause) {
    throw new ScanPayError('invalid_input', 'JPEG: unreadable', { cause });
  }
}

function cp949Length(text: string): number {
  let length = 0;
  for (const character of text) length += character <= '\x7f' ? 1 : 2;
  return length;
}
