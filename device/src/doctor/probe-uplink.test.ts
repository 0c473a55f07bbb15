import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createIdMaker, type DeviceId } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { encodeEnvelope, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { expect, it } from 'vitest';
import { createMailroom } from '../box/mailroom.ts';
import { advice } from '../core/doctor/words.ts';
import type { UplinkEvents } from '../ports/uplink.ts';
import { probeClock, probeLogin } from './probe-uplink.ts';

const deviceId = 'box-1' as DeviceId;
const nowMs = 1_795_000_000_000;
/** The clock stands; timers run. */
const scheduler = { ...systemScheduler, nowMs: () => nowMs };
const ids = createIdMaker(scheduler, randomBytes);
const makeKeys = (kid: string) => ({ kid, ...generateKeyPairSync('ed25519') });
const operator = makeKeys('operator-1');
const box = makeKeys('box-key-1');

type Draft = Record<string, unknown>;

/** A link to an operator that answers each query with these. */
function play(answers: (queryId: string) => readonly Draft[], signer = operator) {
  const calls = { stopped: 0 };
  const createUplink = (events: UplinkEvents) => ({
    start: () => events.onState('connected'),
    async stop() {
      calls.stopped += 1;
    },
    async publish(_channel: string, payload: Uint8Array | string) {
      const { jws } = JSON.parse(String(payload));
      const { messageId: queryId } = JSON.parse(Buffer.from(jws.split('.')[1], 'base64url').toString());
      const header = () => ({ v: 1, messageId: ids.messageId(), deviceId, sentAtMs: nowMs });
      for (const draft of answers(queryId)) {
        const payload = Buffer.from(encodeEnvelope(await signMessage({ ...header(), ...draft }, signer)));
        await events.onMessage({ channel: 'payment', payload, retained: false });
      }
      return 'acknowledged' as const;
    },
  });
  const mailroom = createMailroom({ deviceId, ids, clock: scheduler, signer: box });
  const operatorKeys = (kid: string) => (kid === operator.kid ? operator.publicKey : undefined);
  return { calls, probe: { scheduler, deviceId, operatorKeys, mailroom, createUplink, waitMs: 50 } };
}

const answer = (queryId: string, cloudTimeMs: number): Draft => ({ type: 'clock.answer', queryId, cloudTimeMs });

it('tells how far the box is ahead of the operator, by the answer to its own question', async () => {
  const { calls, probe } = play((id) => [answer(ids.messageId(), 0), answer(id, nowMs - 5_000)]);
  const finding = await probeClock(probe);
  expect(finding).toEqual({ outcome: 'warning', seen: 'drift +5000 ms (± 0 ms)', advice: [advice.clockDrift] });
  expect(calls.stopped).toBe(1);
});

it('passes on why the operator refused the question', async () => {
  const refusal = { type: 'message.rejected', code: 'device_mismatch', detail: 'x', paymentId: null };
  const { probe } = play((id) => [{ ...refusal, rejectedMessageId: id }]);
  expect(await probeClock(probe)).toMatchObject({ outcome: 'fault', seen: 'refused: device_mismatch x' });
});

it('takes silence and a stranger’s answer for none', async () => {
  for (const { probe, calls } of [play(() => []), play((id) => [answer(id, nowMs)], { ...box, kid: operator.kid })]) {
    expect(await probeClock(probe)).toMatchObject({ outcome: 'fault', advice: [advice.clockSilent] });
    expect(calls.stopped).toBe(1);
  }
});

it('gives a login up that does not come about', async () => {
  const { probe } = play(() => []);
  const silent = (events: UplinkEvents) => ({ ...probe.createUplink(events), start: () => undefined });
  expect(await probeLogin({ ...probe, createUplink: silent })).toMatchObject({
    outcome: 'fault',
    seen: 'no login within 50 ms',
    advice: [advice.login],
  });
});
