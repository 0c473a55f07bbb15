import { expect, it } from 'vitest';
import { receiptForApproval } from './receipt-for-approval.ts';
import { hold, ownBox, paymentId, tablesWith } from './testing/hold.ts';

const receipt = { kind: 'sale', paymentId, reprint: false } as never;
const spool = (state: string) => new Map([[ownBox, tablesWith({ receipts: { columns: 'state', rows: [[state]] } })]]);

it('wants the receipt in the commit of the approval', () => {
  const held = hold(receiptForApproval);
  held.recorded('approved', [{ op: 'queue-receipt', receipt }]);
  expect(held.reports).toEqual([]);
  held.recorded('approved');
  expect(held.reports).toEqual(['approved without a receipt in the same commit']);
});

it('finds a second original, and one without an approval', () => {
  const held = hold(receiptForApproval);
  held.dossier.originalsPrinted = 2;
  receiptForApproval.onPaper?.(ownBox, receipt, held.dossiers, held.report);
  expect(held.reports).toHaveLength(2);
});

it('finds at rest an approval without paper, and a spool that still waits', () => {
  const held = hold(receiptForApproval);
  held.recorded('approved', [{ op: 'queue-receipt', receipt }]);
  held.rest({ journals: spool('queued') });
  expect(held.reports).toEqual([
    'approved or redeemed, and no paper came out',
    'box-own: 1 receipts still wait at rest',
  ]);
  held.reports.length = 0;
  held.dossier.originalsPrinted = 1;
  held.rest({ journals: spool('printed') });
  expect(held.reports).toEqual([]);
});

it('takes the slip of an offline redemption for its paper, and what is kept for the page for no paper that waits', () => {
  const held = hold(receiptForApproval, 'cash');
  held.dossier.request = { ...held.dossier.request, offline: {} as never };
  held.rest({ journals: spool('kept') });
  expect(held.reports).toEqual(['approved or redeemed, and no paper came out']);
  held.reports.length = 0;
  held.dossier.offlineSlips = 1;
  held.recorded('approved', [{ op: 'queue-receipt', receipt, state: 'kept' }]);
  held.rest({ journals: spool('kept') });
  expect(held.reports).toEqual([]);
});
