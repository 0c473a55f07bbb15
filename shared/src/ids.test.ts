import { describe, expect, it } from 'vitest';
import { createIdMaker, idPattern } from './ids.ts';

/** Counts up, so that every call differs and a run can be repeated. */
function countingBytes(): (length: number) => Uint8Array {
  let next = 0;
  return (length) => Uint8Array.from({ length }, () => next++ % 256);
}

describe('createIdMaker', () => {
  it('makes ids of the shapes the schemas demand', () => {
    const ids = createIdMaker({ nowMs: () => Date.UTC(2026, 10, 23) }, countingBytes());
    for (const make of [ids.paymentId, ids.cancelId, ids.registrationId, ids.statementId, ids.messageId]) {
      expect(make()).toMatch(new RegExp(idPattern.uuidV7));
    }
    expect(ids.couponId()).toMatch(new RegExp(idPattern.couponId));
  });

  it('puts the time first, so that ids sort by it (RFC 9562 §5.7)', () => {
    let nowMs = Date.UTC(2026, 10, 23);
    const ids = createIdMaker({ nowMs: () => nowMs }, countingBytes());
    const made = Array.from({ length: 50 }, () => {
      nowMs += 1;
      return ids.paymentId();
    });
    expect(made.toSorted()).toEqual(made);
    expect(Number.parseInt((made[0] as string).replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2026, 10, 23) + 1);
  });

  it('makes different ids within one millisecond', () => {
    const ids = createIdMaker({ nowMs: () => 1_000 }, countingBytes());
    const made = Array.from({ length: 16 }, () => ids.paymentId());
    expect(new Set(made).size).toBe(made.length);
  });

  it('repeats exactly from the same time and randomness', () => {
    const make = () => createIdMaker({ nowMs: () => 1_000 }, countingBytes());
    expect(make().paymentId()).toBe(make().paymentId());
    expect(make().couponId()).toBe(make().couponId());
  });
});

describe('idPattern', () => {
  it.each([
    ['uuidV7', '019AB0C0-0000-7000-8000-000000000001'],
    ['uuidV7', '019ab0c0-0000-4000-8000-000000000001'],
    ['uuidV7', '019ab0c0-0000-7000-c000-000000000001'],
    ['couponId', '0123456789abcdeg'],
    ['authNumber', '12345678901'],
    ['deviceId', 'box-'],
    ['deviceId', `box-${'a'.repeat(29)}`],
    ['deviceId', 'box-a/+'],
    ['merchantId', 'box-1'],
    ['offerId', 'o-Ä'],
  ] as const)('%s does not match %s', (name, text) => {
    expect(text).not.toMatch(new RegExp(idPattern[name]));
  });
});
