import type { CameraStateView } from '@scanpay/shared/api/box.ts';
import { parseAuthNumber } from '@scanpay/shared/auth-barcode/auth-number.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import { accept, type ErrorCode, errorTable, type Result, refuse, ScanPayError } from '@scanpay/shared/errors.ts';
import type { IdMaker } from '@scanpay/shared/ids.ts';
import type { Camera, CameraState } from '../ports/camera.ts';
import type { CounterBox } from '../ports/counter-box.ts';
import type { Box } from './box.ts';

const toResult = (code: ErrorCode | undefined): Result<void> => (code === undefined ? accept(undefined) : refuse(code));

function viewCamera({ kind, code, detail }: CameraState): CameraStateView {
  if (code === null) return { kind, problem: null, detail };
  const { ko, en } = errorTable[code];
  return { kind, problem: { ko, en }, detail };
}

/** The box behind the port that its page and a POS use. */
export function createCounterBox(box: Box, deps: { ids: IdMaker; camera: Camera | undefined }): CounterBox {
  const { ids, camera } = deps;
  const { journal, clock } = box;
  return {
    view: () => ({ ...box.view(), camera: camera === undefined ? null : viewCamera(camera.state()) }),
    onChange: box.onChange,
    async enterSale({ tender, listAmountWon, headcount, visitDate }) {
      const sale = { tender, listAmountWon, headcount, visitDate: visitDate ?? businessDateAt(clock.nowMs()) };
      return toResult(await box.submit({ kind: 'sale-entered', sale }));
    },
    abandon: async () => toResult(await box.submit({ kind: 'abandoned' })),
    async enterAuthNumber(text) {
      const authNumber = parseAuthNumber(text);
      if (!authNumber.ok) return authNumber;
      const newPaymentId = ids.paymentId();
      return toResult(await box.submit({ kind: 'auth-number-entered', authNumber: authNumber.value, newPaymentId }));
    },
    confirmRecheck: async (paymentId, confirmed) =>
      toResult(await box.submit({ kind: 'recheck-confirmed', paymentId, confirmed })),
    askRefund: async () => toResult(await box.submit({ kind: 'refund-asked' })),
    requestCancel: box.requestCancel,
    payments: (limit) =>
      journal
        .recentPayments(limit)
        .map(({ paymentId, state, request, declineCode, approval, refunded, openedAtMs }) => ({
          paymentId,
          state,
          tender: request.tender,
          listAmountWon: request.listAmountWon,
          offerId: approval?.offerId ?? null,
          declineCode,
          approval,
          refundedWon: refunded.refundedWon,
          openedAtMs,
        })),
    receipts: journal.recentReceipts,
    reprint(receiptId) {
      try {
        return accept(box.spool.reprint(receiptId, clock.nowMs()));
      } catch (error) {
        if (error instanceof ScanPayError) return refuse(error.code, error.detail);
        throw error;
      }
    },
    statements: journal.recentStatements,
    statementLines: journal.statementLines,
    findStatement: journal.findStatement,
    lookThroughCamera: async () => camera?.look() ?? refuse('camera_missing'),
    answerStatement: box.statements.answer,
    handOver: box.handOver,
  };
}
