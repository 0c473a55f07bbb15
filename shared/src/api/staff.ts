import Type from 'typebox';
import { strictObject } from '../schema.ts';

/** Who asks; both null where nobody is asked to sign in. */
export const SignedInSchema = strictObject({
  name: Type.Union([Type.String(), Type.Null()]),
  role: Type.Union([Type.Enum(['viewer', 'staff', 'manager']), Type.Null()]),
});
