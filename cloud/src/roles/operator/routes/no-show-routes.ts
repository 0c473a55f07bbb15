import { maxNoShowsShown, NoShowListSchema, NoShowQuerySchema } from '@scanpay/shared/api/schedule.ts';
import { BusinessDateSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { OperatorContext } from '../operator-context.ts';
import { showNoShow } from '../schedule/show-coupon.ts';
import { writeNoShowCsv } from '../schedule/write-no-show-csv.ts';
import { refusals } from './unwrap.ts';

/** Rows of a file. */
const maxRows = 50_000;

/** Customers who did not come, for the staff. */
export function addNoShowRoutes(app: RoleApp, ctx: OperatorContext): void {
  const { store } = ctx;
  const tags = ['staff'];
  app.get(
    '/v1/no-shows',
    {
      schema: {
        summary: 'Visits that ended on a day and that nobody came for: counts by merchant, and the first of them',
        tags,
        querystring: NoShowQuerySchema,
        response: { 200: NoShowListSchema, ...refusals },
      },
    },
    async ({ query: { date, merchantId = null } }) => {
      const counts = await store.countNoShows(date);
      const noShows = await store.listNoShows({ visitTo: date, merchantId }, maxNoShowsShown);
      return {
        date,
        isComplete: await store.isDateSeen(date),
        counts: counts.filter((each) => merchantId === null || each.merchantId === merchantId),
        noShows: noShows.map(showNoShow),
      };
    },
  );
  app.get(
    '/v1/no-shows/:businessDate.csv',
    {
      // A HEAD would read all of it for nothing.
      exposeHeadRoute: false,
      schema: {
        summary: 'The same as a file',
        tags,
        params: strictObject({ businessDate: BusinessDateSchema }),
      },
    },
    async ({ params: { businessDate } }, reply) => {
      const noShows = await store.listNoShows({ visitTo: businessDate, merchantId: null }, maxRows);
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="no-shows-${businessDate}.csv"`)
        .header('cache-control', 'no-store')
        .send(writeNoShowCsv(noShows.map(showNoShow)));
    },
  );
}
