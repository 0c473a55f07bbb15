import { Readable } from 'node:stream';
import { BusinessDateSchema, strictObject } from '@scanpay/shared/schema.ts';
import type { BankTransferFile } from '../../../ports/bank-transfer-file.ts';
import type { Log } from '../../../ports/log.ts';
import type { RoleApp } from '../../common/role-app.ts';
import type { TransferDesk } from '../transfer-desk.ts';
import { unwrap } from './unwrap.ts';

/** The staff's way to the bank; the file names accounts in full, the log names none. */
export function addTransferRoutes(app: RoleApp, deps: { desk: TransferDesk; file: BankTransferFile; log: Log }): void {
  const { desk, file, log } = deps;
  app.get(
    `/v1/settlement/transfers/:businessDate.${file.extension}`,
    {
      config: { access: 'manager' },
      // A HEAD would read the whole book for nothing.
      exposeHeadRoute: false,
      schema: {
        tags: ['settlement'],
        summary: "The bank's file for the transfers to merchants booked on a date that is over",
        params: strictObject({ businessDate: BusinessDateSchema }),
      },
    },
    async ({ params: { businessDate } }, reply) => {
      const transfers = unwrap(await desk.open(businessDate));
      const stream = Readable.from(file.write(transfers), { objectMode: false });
      stream.once('error', (err) => log.error({ err, businessDate }, 'a transfer file broke off'));
      log.info({ businessDate }, 'transfer file handed out');
      return reply
        .type(file.contentType)
        .header('content-disposition', `attachment; filename="transfers-${businessDate}.${file.extension}"`)
        .header('cache-control', 'no-store')
        .send(stream);
    },
  );
}
