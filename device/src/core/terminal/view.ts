import type { CounterView } from '@scanpay/shared/api/box.ts';
import { errorTable } from '@scanpay/shared/errors.ts';
import { formatWon } from '@scanpay/shared/money.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { LightPattern } from '../../ports/light-patterns.ts';
import type { Counter, Redemption, Sale, TerminalState } from './state.ts';

/** The one light pattern a state stands for: what is on the counter first, then what is wrong, then ready. */
export function lightOf(state: TerminalState): LightPattern {
  switch (state.counter.kind) {
    case 'paying':
    case 'cancelling':
      return 'busy';
    case 'recheck':
    case 'choosing-offer':
    case 'cancel-offered':
    case 'awaiting-refund':
      return 'recheck';
    case 'unknown':
      return 'unknown';
    case 'approved':
    case 'redeemed':
    case 'cancelled':
      return 'approved';
    case 'declined':
    case 'refused':
    case 'reversed':
    case 'cancel-declined':
      return 'declined';
    case 'updating':
      return 'starting';
    case 'idle':
    case 'awaiting-scan':
      return restingLight(state);
  }
}

function restingLight(state: TerminalState): LightPattern {
  if (!state.linkUp) return 'offline';
  if (!state.clockTrusted) return 'starting';
  return state.printerFault || !state.scannerReady ? 'fault' : 'ready';
}

/** The counter in words; both languages say the same. */
export function viewCounter(counter: Counter): CounterView {
  return {
    // To choose an offer is one of the things a recheck asks for; page and POS answer both alike.
    kind: counter.kind === 'choosing-offer' ? 'recheck' : counter.kind,
    headline: headlineOf(counter),
    code: 'code' in counter ? counter.code : null,
    paymentId: 'paymentId' in counter ? counter.paymentId : null,
    sale: 'sale' in counter ? viewSale(counter.sale) : null,
    approval: 'approval' in counter ? counter.approval : null,
    leftWon: 'leftWon' in counter ? counter.leftWon : null,
    cashReceipt: null,
    refundTax: counter.kind === 'cancelled' ? counter.tax : null,
    redemption: counter.kind === 'redeemed' ? viewRedemption(counter.redemption) : null,
    fields: fieldsOf(counter),
    untilMs: 'untilMs' in counter && Number.isFinite(counter.untilMs) ? counter.untilMs : null,
  };
}

function fieldsOf(counter: Counter): CounterView['fields'] {
  if (counter.kind === 'choosing-offer') return [{ name: 'offerId', choices: counter.choices }];
  return counter.kind === 'recheck' ? counter.fields : [];
}

/** Without the sealed number. */
function viewSale(sale: Sale | null): CounterView['sale'] {
  if (sale?.cashReceipt === undefined) return sale;
  const { cashReceipt, ...rest } = sale;
  const { purpose, numberMasked } = cashReceipt;
  return { ...rest, cashReceipt: { purpose, numberMasked } };
}

const viewRedemption = (redemption: Redemption): CounterView['redemption'] => {
  const { termsId: _terms, ...shown } = redemption;
  return shown;
};

function headlineOf(counter: Counter): Bilingual {
  switch (counter.kind) {
    case 'idle':
      return { ko: '금액을 입력하세요', en: 'Enter the amount' };
    case 'awaiting-scan':
      return { ko: '쿠폰을 스캔하세요', en: 'Scan the coupon' };
    case 'paying':
      return { ko: '결제 중입니다', en: 'Paying' };
    case 'recheck':
      return { ko: '내용을 확인해 주세요', en: 'Please confirm the details' };
    case 'choosing-offer':
      return { ko: '쿠폰의 상품을 선택하세요', en: 'Choose the offer of the coupon' };
    case 'redeemed': {
      const amount = formatWon(counter.redemption.chargedWon);
      return { ko: `오프라인 확인 · 현금 ${amount}을 받으세요`, en: `Checked offline. Take ${amount} in cash` };
    }
    case 'unknown':
      return {
        ko: '결과 확인 중입니다. 다시 결제하지 마세요',
        en: 'The result is not known yet. Do not charge again',
      };
    case 'approved':
      return approvedHeadline(counter);
    case 'reversed':
      return { ko: '결제가 취소되었습니다. 청구되지 않았습니다', en: 'The payment was undone. Nothing was charged' };
    case 'cancel-offered':
      return { ko: '이 결제를 취소할까요?', en: 'Cancel this payment?' };
    case 'cancelling':
      return { ko: '취소 처리 중입니다', en: 'Cancelling' };
    case 'cancelled':
      return cancelledHeadline(counter);
    case 'awaiting-refund':
      return { ko: '환불할 영수증이나 쿠폰을 스캔하세요', en: 'Scan the receipt or the coupon to refund' };
    case 'updating':
      return { ko: '업데이트 중입니다. 잠시만 기다리세요', en: 'Updating. One moment, please' };
    case 'refused':
    case 'declined':
    case 'cancel-declined': {
      const { ko, en } = errorTable[counter.code];
      return { ko, en };
    }
  }
}

function cancelledHeadline({ amountWon, leftWon }: Extract<Counter, { kind: 'cancelled' }>): Bilingual {
  const amount = formatWon(amountWon);
  if (leftWon === 0) return { ko: `취소 완료 ${amount}`, en: `Cancelled ${amount}` };
  const left = formatWon(leftWon);
  return { ko: `부분 취소 완료 ${amount} (남은 금액 ${left})`, en: `Gave back ${amount}, ${left} left` };
}

function approvedHeadline({ approval }: Extract<Counter, { kind: 'approved' }>): Bilingual {
  const amount = formatWon(approval.split.chargedWon);
  return approval.tender === 'card'
    ? { ko: `승인 ${amount}`, en: `Approved ${amount}` }
    : { ko: `현금 ${amount}을 받으세요`, en: `Take ${amount} in cash` };
}
