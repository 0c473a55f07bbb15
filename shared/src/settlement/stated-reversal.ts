import Type, { type Static } from 'typebox';
import { BusinessDateSchema, SplitSchema, strictObject } from '../schema.ts';

/**
 * A payment that was booked, and reversed on a later business date: its sale stands in the statement of the one date and
 * its reversal in that of the other. The terminal may never have heard of the approval, so the acknowledgement of the
 * reversal tells it what both statements will say.
 */
export const StatedReversalSchema = strictObject({
  split: SplitSchema,
  saleDate: BusinessDateSchema,
  reversalDate: BusinessDateSchema,
  /** From when on each is paid, or taken from what is paid: which statement of its date it stands in. */
  salePayoutDate: Type.Optional(BusinessDateSchema),
  reversalPayoutDate: Type.Optional(BusinessDateSchema),
});
export type StatedReversal = Static<typeof StatedReversalSchema>;
