import { PgBoxPrivateJwkSchema } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type from 'typebox';

/** Boxes seal customers' numbers for cash receipts to the first, all open. */
export const ReceiptKeysSchema = Type.Array(PgBoxPrivateJwkSchema, {
  default: [],
  maxItems: 16,
  description: 'X25519 keys for cash receipts (현금영수증); none: boxes ask for no customer’s number.',
});

/** Of the company that receives one's statements. */
export const ReceiverKeys = (company: string) =>
  Type.Array(VerifyJwkSchema, {
    default: [],
    maxItems: 8,
    description: `Keys the ${company} accepts disputed lines with.`,
  });
