import Type from 'typebox';

/** Of the PG. */
export const MaxScheduleChanges = Type.Integer({
  default: 5,
  minimum: 0,
  maximum: 100,
  description: 'How often the schedule of one offer of a coupon may be changed; 0: never.',
});

/** Of the operator. */
export const SchedulePageUrl = Type.Union([Type.String({ pattern: '^https?://' }), Type.Null()], {
  default: null,
  description: 'Where the PG’s page for changing dates is, for the link in the message; null: no link.',
});
