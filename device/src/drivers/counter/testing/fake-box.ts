import type { BoxView } from '@scanpay/shared/api/box.ts';
import { accept, type ErrorCode, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { CameraLook } from '../../../ports/camera.ts';
import type { CounterBox } from '../../../ports/counter-box.ts';
import type { StatementRecord } from '../../../ports/journal.ts';
import { type LightPattern, lightPatterns } from '../../../ports/light-patterns.ts';
import {
  boxView,
  type CounterExample,
  counterView,
  payments,
  receipts,
  statementLines,
  statements,
} from './examples.ts';

export interface FakeBox extends CounterBox {
  /** What the page asked for, in order. */
  calls: { what: string; with: unknown[] }[];
  /** Changes what the box shows, and says so. */
  show(change: Partial<BoxView>): void;
  showCounter(name: CounterExample): void;
  showLight(light: LightPattern): void;
  setStatements(records: StatementRecord[]): void;
  /** What the camera sees from now on; at first there is none. */
  setLook(look: Result<CameraLook>): void;
  /** The next action is refused with this code. */
  refuseNext(code: ErrorCode): void;
}

/** For a counter server that should have no fault of its own. */
export function throwOnInternalError(error: Error): never {
  throw error;
}

/** A box that takes every action, and shows what a test tells it to. */
export function createFakeBox(): FakeBox {
  const listeners = new Set<() => void>();
  const calls: FakeBox['calls'] = [];
  let view = boxView;
  let records = statements;
  let nextLook: Result<CameraLook> = refuse('camera_missing');
  let nextRefusal: ErrorCode | undefined;
  const take = (what: string, ...with_: unknown[]): Result<void> => {
    calls.push({ what, with: with_ });
    if (nextRefusal === undefined) return accept(undefined);
    const code = nextRefusal;
    nextRefusal = undefined;
    return refuse(code);
  };
  const show = (change: Partial<BoxView>): void => {
    view = { ...view, ...change };
    for (const listener of listeners) listener();
  };
  return {
    calls,
    show,
    showCounter: (name) => show({ counter: counterView(name) }),
    showLight: (light) => show({ light, lightMeaning: lightPatterns[light].meaning }),
    setStatements(next) {
      records = next;
      show({});
    },
    setLook(look) {
      nextLook = look;
    },
    refuseNext(code) {
      nextRefusal = code;
    },
    view: () => view,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    enterSale: async (sale) => take('enterSale', sale),
    abandon: async () => take('abandon'),
    enterAuthNumber: async (authNumber) => take('enterAuthNumber', authNumber),
    confirmRecheck: async (paymentId, confirmed) => take('confirmRecheck', paymentId, confirmed),
    askRefund: async () => take('askRefund'),
    requestCancel: async (paymentId, amountWon) => take('requestCancel', paymentId, amountWon),
    payments: () => payments,
    receipts: () => receipts,
    reprint: (receiptId) => take('reprint', receiptId),
    statements: () => records,
    findStatement: (statementId) => records.find((each) => each.statement.statementId === statementId) ?? null,
    statementLines: (statementId) => statementLines.get(statementId) ?? [],
    answerStatement: async (statementId, answer) => take('answerStatement', statementId, answer),
    async handOver(body) {
      const taken = take('handOver', body);
      return taken.ok ? accept({ handOverJws: 'header.payload.signature', digest: 'A'.repeat(43) }) : taken;
    },
    lookThroughCamera: async () => {
      calls.push({ what: 'lookThroughCamera', with: [] });
      return nextLook;
    },
  };
}
