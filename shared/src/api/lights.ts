import Type, { type Static } from 'typebox';
import { strictObject } from '../schema.ts';

const LampWordsSchema = strictObject({ ko: Type.String(), en: Type.String() });
/** One pattern of the lamp, for the legend and for the dot that blinks on the page as the lamp does on the box. */
export const LightRowSchema = strictObject({
  light: Type.String(),
  colours: Type.Array(Type.Union([Type.Literal('red'), Type.Literal('green'), Type.Literal('blue')])),
  /** On, off, on, off … in milliseconds, without end. Empty: steadily on. */
  blinkMs: Type.Array(Type.Integer({ minimum: 1 })),
  meaning: LampWordsSchema,
  look: LampWordsSchema,
});
export type LightRow = Static<typeof LightRowSchema>;
export const LightListSchema = strictObject({ lights: Type.Array(LightRowSchema) });
