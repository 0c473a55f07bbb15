import { strictObject } from '@scanpay/shared/schema.ts';
import Type, { type Static } from 'typebox';
import { staffRoles } from './core/staff/staff-roles.ts';
import { passwordHashPattern } from './ports/passwords.ts';

const UserSchema = strictObject({
  role: Type.Enum(staffRoles, {
    description: 'viewer reads; staff does the daily work, too; manager also contracts, closing and money.',
  }),
  passwordHash: Type.String({ pattern: passwordHashPattern, description: 'As `scanpay-cloud staff hash` prints it.' }),
});

/** Whoever may use the company's staff routes and pages; left out: any program of this machine, and nobody else. */
export const StaffSchema = Type.Union([
  strictObject({
    users: Type.Record(Type.String({ pattern: '^[^:\\u0000-\\u001f\\u007f]{1,60}$' }), UserSchema, {
      minProperties: 1,
      maxProperties: 500,
      additionalProperties: false,
      description: 'By name, as it is recorded with what they do; no colon in it.',
    }),
  }),
  strictObject({
    open: Type.Literal(true, { description: 'Nobody is asked who they are: a gateway in front of this does that.' }),
  }),
]);
export type StaffSection = Static<typeof StaffSchema>;
