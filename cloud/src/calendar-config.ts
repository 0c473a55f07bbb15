import { BusinessDateSchema, strictObject } from '@scanpay/shared/schema.ts';
import Type from 'typebox';

/** Which days are banking days. */
export const CalendarSchema = strictObject({
  extraHolidays: Type.Array(BusinessDateSchema, {
    default: [],
    maxItems: 1000,
    description: 'Days without banks beside the published holidays, such as temporary ones (임시공휴일).',
  }),
  ownYears: Type.Array(Type.Integer({ minimum: 2000, maximum: 2099 }), {
    default: [],
    maxItems: 50,
    description: 'Years not published yet whose every holiday is among extraHolidays.',
  }),
});
