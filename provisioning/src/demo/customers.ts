import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createDefaultDecoder } from '@scanpay/device/drivers/decode/default-decoder.ts';
import type { RegistrationReply } from '@scanpay/shared/api/pg.ts';
import { addBusinessDays, businessDateAt } from '@scanpay/shared/clock.ts';
import type { IdMaker } from '@scanpay/shared/ids.ts';
import sharp from 'sharp';
import { callJson } from './call-json.ts';

export const demoCard = { number: '4111 1111 1111 1111', expiry: '12/30' };

export interface Traveller {
  name: string;
  mobile: string;
  card?: { number: string; expiry: string };
  offers: { offerId: string; headcount: number }[];
}

/** What the traveller's phone holds after S06: the picture, and what it says. */
export interface Coupon {
  couponId: string;
  mobile: string;
  jpeg: Buffer;
  /** The barcode's text, read from the picture. */
  barcode: string;
  /** From the message's words, digits only. */
  authNumber: string;
  validUntilMs: number;
}

const waitMs = 60_000;

/** Reads the code out of a picture of a phone or a receipt. */
export function createPictureReader(): (picture: Buffer) => Promise<string> {
  const decoder = createDefaultDecoder();
  return async (picture) => {
    const { data, info } = await sharp(picture).extractChannel('green').raw().toBuffer({ resolveWithObject: true });
    const [symbol] = await decoder.decode({ data, width: info.width, height: info.height });
    if (symbol === undefined) throw new Error('the picture cannot be read');
    return symbol.text;
  };
}

/** Travellers who register on the PG's page and look at their phones (the MMS outbox). */
export function createTravellers(deps: { pgUrl: string; mmsDir: string; ids: IdMaker }) {
  const { pgUrl, mmsDir, ids } = deps;
  const readPicture = createPictureReader();

  const register = async (traveller: Traveller): Promise<RegistrationReply> => {
    const { name, mobile, card = demoCard, offers } = traveller;
    const today = businessDateAt(Date.now());
    return (await callJson('POST', `${pgUrl}/v1/registrations`, {
      registrationId: ids.registrationId(),
      name,
      mobile,
      address: '제주특별자치도 제주시 용담일동 248-5',
      card,
      items: offers.map((offer) => ({ ...offer, visitFrom: today, visitTo: addBusinessDays(today, 2) })),
      agreed: true,
    })) as RegistrationReply;
  };
  /** Messages with a picture that a phone has got so far. */
  const listPictures = async (mobile: string): Promise<string[]> => {
    const names = await readdir(join(mmsDir, mobile)).catch((): string[] => []);
    // The words are written after the picture.
    return names.filter((name) => name.endsWith('.jpg') && names.includes(name.replace(/jpg$/, 'txt'))).sort();
  };
  return {
    register,
    /** S01 to S06: registers, waits for the message and reads it. */
    async getCoupon(traveller: Traveller): Promise<Coupon> {
      const before = (await listPictures(traveller.mobile)).length;
      const { couponId, validUntilMs } = await register(traveller);
      const deadline = Date.now() + waitMs;
      let pictures = await listPictures(traveller.mobile);
      while (pictures.length === before) {
        if (Date.now() > deadline) throw new Error(`no message for ${traveller.mobile}`);
        await delay(25);
        pictures = await listPictures(traveller.mobile);
      }
      const path = join(mmsDir, traveller.mobile, pictures.at(-1) ?? '');
      const jpeg = await readFile(path);
      const text = await readFile(path.replace(/jpg$/, 'txt'), 'utf8');
      const authNumber = /\b(\d{4}) (\d{4}) (\d{4})\b/.exec(text)?.slice(1).join('') ?? '';
      if (authNumber === '') throw new Error('the message names no auth number');
      return { couponId, mobile: traveller.mobile, jpeg, barcode: await readPicture(jpeg), authNumber, validUntilMs };
    },
    /** Reads the code out of a picture, as somebody's scanner would. */
    readPicture,
  };
}

export type Travellers = ReturnType<typeof createTravellers>;
