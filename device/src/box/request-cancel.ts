import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { IdMaker, PaymentId } from '@scanpay/shared/ids.ts';
import type { Won } from '@scanpay/shared/money.ts';
import type { Journal } from '../ports/journal.ts';
import type { Runner } from './runner.ts';

/** The clerk gives back an approved payment, or a part of it; without an amount, all that is left. */
export function createCancelRequest(deps: {
  journal: Pick<Journal, 'findPayment'>;
  ids: Pick<IdMaker, 'cancelId'>;
  runner: Pick<Runner, 'submit'>;
}) {
  const { journal, ids, runner } = deps;
  return async (paymentId: PaymentId, amountWon?: Won): Promise<Result<void>> => {
    const payment = journal.findPayment(paymentId);
    if (payment === null) return refuse('payment_unknown');
    const newCancelId = ids.cancelId();
    const code = await runner.submit({
      kind: 'cancel-requested',
      payment,
      newCancelId,
      ...(amountWon === undefined ? {} : { amountWon }),
    });
    return code === undefined ? accept(undefined) : refuse(code);
  };
}
