import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { PrinterFault, PrinterStatus } from '../../ports/printer.ts';

/** What is wrong with a printer, in two words for a list, and what to do about it. */
export const printerFaultWords: Record<PrinterFault, { name: Bilingual; advice: Bilingual }> = {
  'paper-out': {
    name: { ko: '용지 없음', en: 'no paper' },
    advice: { ko: '용지가 없습니다. 새 용지를 넣으세요.', en: 'The paper is out. Put in a new roll.' },
  },
  'cover-open': {
    name: { ko: '덮개 열림', en: 'cover open' },
    advice: {
      ko: '덮개가 열려 있습니다. 딸깍 소리가 나게 닫으세요.',
      en: 'The cover is open. Close it until it clicks.',
    },
  },
  cutter: {
    name: { ko: '커터 걸림', en: 'cutter jammed' },
    advice: {
      ko: '커터가 걸렸습니다. 전원을 끄고 걸린 종이를 빼낸 뒤 다시 켜세요.',
      en: 'The cutter is jammed. Switch off, take out the paper that is stuck, switch on.',
    },
  },
  offline: {
    name: { ko: '오프라인', en: 'offline' },
    advice: {
      ko: '프린터가 오프라인입니다. 전원과 FEED 버튼, 케이블을 확인하세요.',
      en: 'The printer is offline. Check its power, its FEED button and the cable.',
    },
  },
  error: {
    name: { ko: '프린터 오류', en: 'error' },
    advice: {
      ko: '프린터 오류입니다. 전원을 껐다 켜고, 계속되면 교체하세요.',
      en: 'The printer reports an error. Switch it off and on; if it stays, replace it.',
    },
  },
};

export const nearEndAdvice: Bilingual = {
  ko: '용지가 곧 떨어집니다. 새 용지를 준비하세요.',
  en: 'The roll is about to end. Have a new one ready.',
};

export interface PrinterWords {
  /** For a list: what it is. */
  name: Bilingual;
  /** What to do, and how many receipts wait for it. Null: nothing. */
  advice: Bilingual | null;
}

/** A printer that should answer and does not is as much in the way of a receipt as one that says what it lacks. */
export function needsHelp(status: PrinterStatus): boolean {
  return status.kind === 'fault' || (status.kind === 'unknown' && status.cause === undefined);
}

/** The printer in the words of the one who stands before it. `isFull`: no more receipts are taken into the queue. */
export function describePrinter(status: PrinterStatus, waiting: { count: number; isFull: boolean }): PrinterWords {
  const { name, advice } = describeStatus(status);
  const sentences = [advice, needsHelp(status) ? describeWaiting(waiting.count) : null];
  if (waiting.isFull) sentences.push(fullAdvice);
  const said = sentences.filter((each) => each !== null);
  if (said.length === 0) return { name, advice: null };
  return { name, advice: { ko: said.map(({ ko }) => ko).join(' '), en: said.map(({ en }) => en).join(' ') } };
}

function describeStatus(status: PrinterStatus): PrinterWords {
  switch (status.kind) {
    case 'ok':
      return status.nearEnd
        ? { name: { ko: '용지 부족', en: 'paper low' }, advice: nearEndAdvice }
        : { name: { ko: '정상', en: 'ready' }, advice: null };
    case 'fault':
      return describeFaults(status.faults);
    case 'unknown':
      return describeUnknown(status.cause);
  }
}

function describeFaults(faults: readonly PrinterFault[]): PrinterWords {
  const words = faults.map((fault) => printerFaultWords[fault]);
  return {
    name: { ko: words.map(({ name }) => name.ko).join(', '), en: words.map(({ name }) => name.en).join(', ') },
    advice: { ko: words.map(({ advice }) => advice.ko).join(' '), en: words.map(({ advice }) => advice.en).join(' ') },
  };
}

function describeUnknown(cause: 'no-printer' | 'no-status-line' | undefined): PrinterWords {
  if (cause === 'no-printer') return { name: { ko: '사용 안 함', en: 'not used' }, advice: null };
  if (cause === 'no-status-line') {
    return { name: { ko: '상태를 알 수 없는 기종', en: 'cannot tell its state' }, advice: null };
  }
  return {
    name: { ko: '응답 없음', en: 'no answer' },
    advice: {
      ko: '프린터가 응답하지 않습니다. 전원이 켜져 있는지, 케이블이 꽂혀 있는지 확인하세요.',
      en: 'The printer does not answer. Check that it is switched on and its cable is plugged in.',
    },
  };
}

function describeWaiting(count: number): Bilingual | null {
  if (count === 0) return null;
  return {
    ko: `영수증 ${count}장이 기다리고 있으며, 해결되면 저절로 인쇄됩니다.`,
    en: `${count === 1 ? 'One receipt waits and prints' : `${count} receipts wait and print`} on ${count === 1 ? 'its' : 'their'} own once that is done.`,
  };
}

const fullAdvice: Bilingual = {
  ko: '대기 영수증이 가득 차서 새 영수증은 인쇄하지 않고 보관합니다. 필요하면 영수증 목록에서 ‘다시 출력’을 누르세요.',
  en: 'Too many receipts wait: new ones are kept unprinted. Print one from the list of receipts when it is needed.',
};
