import { maxReleaseBytes } from '@scanpay/shared/release/manifest.ts';
import { VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type from 'typebox';

/** Releases of the boxes' software, kept for them in a folder of their own. */
export const ReleasesSchema = Type.Object(
  {
    keys: Type.Array(VerifyJwkSchema, {
      default: [],
      maxItems: 8,
      description: 'Public keys of whoever makes releases; others are not taken in.',
    }),
    maxReleases: Type.Integer({ default: 20, minimum: 1, maximum: 1000, description: 'Releases kept at most.' }),
    maxBytes: Type.Integer({
      default: 512 * 1024 ** 2,
      minimum: 1,
      maximum: maxReleaseBytes,
      description: 'Largest artifact.',
    }),
    maxDownloads: Type.Integer({
      default: 50,
      minimum: 1,
      maximum: 10_000,
      description: 'Downloads at once; who comes then tries again later.',
    }),
  },
  { default: {}, additionalProperties: false, description: 'Updates of the boxes.' },
);
