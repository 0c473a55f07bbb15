import { type ErrorCode, errorTable } from '@scanpay/shared/errors.ts';
import type { Bilingual } from '@scanpay/shared/schema.ts';
import type { LightPattern } from '../../ports/light-patterns.ts';
import type { WifiNetwork } from '../../ports/wifi-setter.ts';
import { judgeSetUpCode } from './judge-scan.ts';

/** Where a code came from: the scanner in the technician's hand, or a file on the boot partition. */
export type CodeSource = 'scan' | 'file';

export interface Refusal {
  code: ErrorCode;
  /** For the technician, English; never a secret. */
  detail: string;
  atMs: number;
}

/** How far a box without identity has come. */
export interface Claiming {
  stage: 'waiting' | 'joining-wifi' | 'enrolling' | 'testing' | 'done';
  /** Of the code in work. */
  source: CodeSource;
  /** The last refusal; null after a code that was taken. */
  refusal: Refusal | null;
  /** The lamp tells of the refusal for a while; page and slip go on. */
  isRefusalLit: boolean;
  /** The Wi-Fi that was joined last. */
  joined: string | null;
}

export type ClaimingInput =
  | { kind: 'code'; text: string; source: CodeSource; nowMs: number }
  /** What was scanned is not even a text. */
  | { kind: 'unreadable'; nowMs: number }
  | { kind: 'wifi-ended'; failure: Omit<Refusal, 'atMs'> | null; ssid: string; nowMs: number }
  | { kind: 'enrolment-ended'; failure: Omit<Refusal, 'atMs'> | null; nowMs: number }
  /** Somebody enrolled the box by command line meanwhile, or it was enrolled before its first slip came out. */
  | { kind: 'identity-found' }
  | { kind: 'tested' }
  | { kind: 'refusal-shown' };

export type ClaimingEffect =
  | { do: 'join-wifi'; network: WifiNetwork; source: CodeSource }
  | { do: 'enrol'; claimText: string; source: CodeSource }
  | { do: 'self-test' }
  | { do: 'tell-refusal'; refusal: Refusal; source: CodeSource }
  | { do: 'finish' };

export interface ClaimingStep {
  state: Claiming;
  effects: ClaimingEffect[];
}

export const startClaiming = (): Claiming => ({
  stage: 'waiting',
  source: 'scan',
  refusal: null,
  isRefusalLit: false,
  joined: null,
});

/** One step of a box that is being set up. Whatever goes wrong, it waits for the next code. */
export function stepClaiming(state: Claiming, input: ClaimingInput): ClaimingStep {
  switch (input.kind) {
    case 'code':
      return takeCode(state, input);
    case 'unreadable':
      return takeCode(state, { text: '', source: 'scan', nowMs: input.nowMs });
    case 'wifi-ended': {
      if (state.stage !== 'joining-wifi') return { state, effects: [] };
      const waiting: Claiming = { ...state, stage: 'waiting' };
      if (input.failure !== null) return refuse(waiting, { ...input.failure, atMs: input.nowMs }, state.source);
      return { state: { ...waiting, joined: input.ssid }, effects: [] };
    }
    case 'enrolment-ended':
      if (state.stage !== 'enrolling') return { state, effects: [] };
      if (input.failure === null) return toTesting(state);
      return refuse({ ...state, stage: 'waiting' }, { ...input.failure, atMs: input.nowMs }, state.source);
    case 'identity-found':
      return state.stage === 'waiting' ? toTesting(state) : { state, effects: [] };
    case 'tested':
      if (state.stage !== 'testing') return { state, effects: [] };
      return { state: { ...state, stage: 'done' }, effects: [{ do: 'finish' }] };
    case 'refusal-shown':
      return { state: { ...state, isRefusalLit: false }, effects: [] };
  }
}

function takeCode(state: Claiming, given: { text: string; source: CodeSource; nowMs: number }): ClaimingStep {
  const { source, nowMs: atMs } = given;
  // What is under way is not disturbed, and keeps its own words on the page.
  if (state.stage !== 'waiting') {
    const refusal: Refusal = { code: 'set_up_busy', detail: '', atMs };
    return { state, effects: source === 'scan' ? [{ do: 'tell-refusal', refusal, source }] : [] };
  }
  const code = judgeSetUpCode(given.text);
  const taken: Claiming = { ...state, source, refusal: null, isRefusalLit: false };
  switch (code.kind) {
    case 'claim':
      return { state: { ...taken, stage: 'enrolling' }, effects: [{ do: 'enrol', claimText: code.text, source }] };
    case 'wifi':
      return {
        state: { ...taken, stage: 'joining-wifi' },
        effects: [{ do: 'join-wifi', network: code.network, source }],
      };
    case 'refused':
      return refuse(state, { code: code.code, detail: code.detail, atMs }, source);
  }
}

const toTesting = (state: Claiming): ClaimingStep => ({
  state: { ...state, stage: 'testing', refusal: null, isRefusalLit: false },
  effects: [{ do: 'self-test' }],
});

function refuse(state: Claiming, refusal: Refusal, source: CodeSource): ClaimingStep {
  return { state: { ...state, refusal, isRefusalLit: true }, effects: [{ do: 'tell-refusal', refusal, source }] };
}

/** The lamp of a box that is being set up. */
export function lightOfClaiming({ stage, isRefusalLit }: Claiming): LightPattern {
  switch (stage) {
    case 'waiting':
      return isRefusalLit ? 'set-up-refused' : 'no-identity';
    case 'joining-wifi':
    case 'enrolling':
      return 'setting-up';
    case 'testing':
      return 'self-test';
    case 'done':
      return 'starting';
  }
}

/** What the page says in large letters, and below that what to do. */
export function describeClaiming({ stage, refusal, joined }: Claiming): { headline: Bilingual; advice: Bilingual } {
  switch (stage) {
    case 'waiting':
      return refusal === null ? describeWaiting(joined) : describeRefusal(refusal);
    case 'joining-wifi':
      return { headline: { ko: '와이파이에 연결하는 중입니다', en: 'Joining the Wi-Fi' }, advice: waitAdvice };
    case 'enrolling':
      return {
        headline: { ko: '운영사에 등록하는 중입니다', en: 'Registering with the operator' },
        advice: waitAdvice,
      };
    case 'testing':
      return { headline: { ko: '스스로 점검하는 중입니다', en: 'The box is testing itself' }, advice: waitAdvice };
    case 'done':
      return { headline: { ko: '설치가 끝났습니다', en: 'The box is set up' }, advice: waitAdvice };
  }
}

const waitAdvice: Bilingual = {
  ko: '1분 정도 걸립니다. 전원을 끄지 마세요.',
  en: 'This takes up to a minute. Leave the power on.',
};
const scanAdvice: Bilingual = {
  ko: '운영사가 준 설치 QR코드를 이 단말기의 스캐너로 찍으세요. 와이파이를 쓴다면 와이파이 QR코드를 먼저 찍으세요.',
  en: 'Point this box’s scanner at the operator’s claim. With Wi-Fi, scan the QR code of the Wi-Fi first.',
};

function describeWaiting(joined: string | null): { headline: Bilingual; advice: Bilingual } {
  if (joined === null) {
    return {
      headline: { ko: '아직 등록되지 않은 단말기입니다', en: 'This box is not registered yet' },
      advice: scanAdvice,
    };
  }
  const headline = { ko: `와이파이 ${joined} 에 연결했습니다`, en: `Joined the Wi-Fi ${joined}` };
  return {
    headline,
    advice: { ko: '이제 설치 QR코드를 찍으세요.', en: 'Now point the scanner at the claim.' },
  };
}

function describeRefusal({ code }: Refusal): { headline: Bilingual; advice: Bilingual } {
  const { ko, en } = errorTable[code];
  const isNetwork = code === 'upstream_unavailable';
  const headline = isNetwork ? { ko: '운영사에 연결되지 않습니다', en: 'The operator cannot be reached' } : { ko, en };
  const advice = isNetwork
    ? {
        ko: '랜선이나 와이파이, 공유기를 확인하고 같은 설치코드를 다시 찍으세요.',
        en: 'Check cable, Wi-Fi and router, then scan the same claim again.',
      }
    : scanAdvice;
  return { headline, advice };
}
