import { writeClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Claiming,
  type ClaimingInput,
  describeClaiming,
  lightOfClaiming,
  startClaiming,
  stepClaiming,
} from './claiming.ts';

const claimText = writeClaimText({
  url: 'https://enrol.example:8443',
  secret: new Uint8Array(16).fill(1),
  caSha256: new Uint8Array(32).fill(2),
});
const wifiText = 'WIFI:T:WPA;S:shop;P:12345678;;';
const nowMs = 1_000;
const scanned = (text: string): ClaimingInput => ({ kind: 'code', text, source: 'scan', nowMs });
const run = (...inputs: ClaimingInput[]) =>
  inputs.reduce((step, input) => stepClaiming(step.state, input), { state: startClaiming(), effects: [] } as ReturnType<
    typeof stepClaiming
  >);
const failed = (code: ErrorCode): ClaimingInput => ({ kind: 'enrolment-ended', failure: { code, detail: '' }, nowMs });

describe('a box that is being set up', () => {
  it('goes from the claim over enrolment and self-test to the end, with a light for each', () => {
    const lights: string[] = [];
    let state: Claiming = startClaiming();
    const effects: string[] = [];
    const inputs: ClaimingInput[] = [
      scanned(wifiText),
      { kind: 'wifi-ended', failure: null, ssid: 'shop', nowMs },
      scanned(claimText),
      { kind: 'enrolment-ended', failure: null, nowMs },
      { kind: 'tested' },
    ];
    for (const input of inputs) {
      lights.push(lightOfClaiming(state));
      const step = stepClaiming(state, input);
      state = step.state;
      effects.push(...step.effects.map((effect) => effect.do));
    }
    expect(lights).toEqual(['no-identity', 'setting-up', 'no-identity', 'setting-up', 'self-test']);
    expect(effects).toEqual(['join-wifi', 'enrol', 'self-test', 'finish']);
    expect(state).toMatchObject({ stage: 'done', joined: 'shop' });
  });

  it.each([
    ['SP1:ABC', 'not_set_up'],
    ['SR1:ABC', 'not_set_up'],
    ['sr1:abc', 'not_set_up'],
    ['SPE1:ABC', 'claim_unreadable'],
    ['WIFI:S:;;', 'wifi_unreadable'],
    ['', 'set_up_code_unknown'],
    ['https://example.com', 'set_up_code_unknown'],
  ])('says of %j that it is %s, and waits', (text, code) => {
    const { state, effects } = run(scanned(text));
    expect(state).toMatchObject({ stage: 'waiting', refusal: { code } });
    expect(effects).toMatchObject([{ do: 'tell-refusal', refusal: { code } }]);
    expect(lightOfClaiming(state)).toBe('set-up-refused');
    expect(lightOfClaiming(stepClaiming(state, { kind: 'refusal-shown' }).state)).toBe('no-identity');
  });

  it('forgets a refusal with the next code that is taken', () => {
    const { state } = run(scanned('x'), scanned(claimText));
    expect(state).toMatchObject({ stage: 'enrolling', refusal: null });
  });

  it('is not disturbed by a second code, and tells whoever scans it', () => {
    const { state, effects } = run(scanned(claimText), scanned(wifiText));
    expect(state.stage).toBe('enrolling');
    expect(effects).toMatchObject([{ do: 'tell-refusal', refusal: { code: 'set_up_busy' } }]);
    expect(run(scanned(claimText), { kind: 'code', text: claimText, source: 'file', nowMs }).effects).toEqual([]);
  });

  it('has advice of its own for a network that is down', () => {
    const { state } = run(scanned(claimText), failed('upstream_unavailable'));
    expect(describeClaiming(state).advice.en).toContain('scan the same claim again');
    expect(describeClaiming(run(scanned(claimText), failed('claim_used')).state).headline.ko).toContain('이미 사용한');
  });

  it('takes an identity that came by command line', () => {
    expect(run({ kind: 'identity-found' })).toMatchObject({ state: { stage: 'testing' } });
    expect(run(scanned(claimText), { kind: 'identity-found' }).state.stage).toBe('enrolling');
  });

  it('never stops taking codes, whatever comes in whatever order, and never tests without an identity', () => {
    const inputs = fc.constantFrom<ClaimingInput>(
      scanned(claimText),
      scanned(wifiText),
      scanned('x'),
      { kind: 'unreadable', nowMs },
      { kind: 'code', text: claimText, source: 'file', nowMs },
      { kind: 'wifi-ended', failure: { code: 'wifi_failed', detail: '' }, ssid: 'shop', nowMs },
      failed('claim_used'),
      { kind: 'tested' },
      { kind: 'refusal-shown' },
    );
    fc.assert(
      fc.property(fc.array(inputs), (all) => {
        const { state } = run(...all);
        expect(['waiting', 'joining-wifi', 'enrolling']).toContain(state.stage);
        if (state.stage === 'waiting') expect(stepClaiming(state, scanned(claimText)).state.stage).toBe('enrolling');
      }),
    );
  });
});
