import Type from 'typebox';
import { BilingualSchema, ErrorCodeSchema, strictObject } from '../schema.ts';

/** Body of every refused HTTP call. */
export const ErrorBodySchema = strictObject({
  code: ErrorCodeSchema,
  message: BilingualSchema,
  detail: Type.String(),
});
