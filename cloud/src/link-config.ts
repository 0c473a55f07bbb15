import { strictObject } from '@scanpay/shared/schema.ts';
import { SigningJwkSchema, VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type from 'typebox';

const peerKeys = (company: string) =>
  Type.Array(VerifyJwkSchema, {
    minItems: 1,
    maxItems: 8,
    description: `Keys that ${company} may sign with; those to come and those going belong here, too.`,
  });

const link = {
  /** Signs calls to the other companies and answers to theirs (RFC 9421). */
  signingKey: SigningJwkSchema,
  clockSkewMs: Type.Integer({
    default: 30_000,
    minimum: 0,
    maximum: 300_000,
    description: 'How far the clocks of two companies may be apart.',
  }),
};

/** The links of a company that speaks with the PG alone. */
export const LinksToPgSchema = strictObject({ ...link, peers: strictObject({ pg: peerKeys('the PG') }) });

export const LinksOfPgSchema = strictObject({
  ...link,
  peers: strictObject({ operator: peerKeys('the operator'), card: peerKeys('the card company') }),
});
