import { createPublicKey, randomUUID } from 'node:crypto';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import type { SettlementAccept } from '@scanpay/shared/settlement/line-messages.ts';
import type { SettlementAnswer } from '@scanpay/shared/settlement/statement-messages.ts';
import { type JwsSigner, signMessage } from '@scanpay/shared/wire/envelope.ts';
import type { DatedKeys } from '../../../core/audit/dated-keys.ts';
import { atAnyTime } from '../../../core/audit/testing/dated.ts';
import { makeSigner } from './settlement-world.ts';

type Answer = Pick<SettlementAnswer, 'statementId' | 'statementSha256' | 'answer' | 'faults'>;
type Accept = Pick<SettlementAccept, 'statementId' | 'statementSha256' | 'line'>;

const signers = new Map<DeviceId, JwsSigner>();

/** The key of a box; the same whenever it is asked for. */
export function boxSignerOf(deviceId: DeviceId): JwsSigner {
  const signer = signers.get(deviceId) ?? makeSigner(`${deviceId}-1`).signer;
  signers.set(deviceId, signer);
  return signer;
}

export async function boxKeysOf(deviceId: DeviceId): Promise<DatedKeys> {
  const { kid, privateKey } = boxSignerOf(deviceId);
  return atAnyTime((asked) => (asked === kid ? createPublicKey(privateKey) : undefined));
}

const header = <T extends string>(type: T, deviceId: DeviceId, sentAtMs: number) => {
  const messageId = `${randomUUID().slice(0, 14)}7${randomUUID().slice(15)}`;
  return { v: 1 as const, type, messageId, deviceId, sentAtMs };
};

/** A box's answer to a statement, signed by it. */
export const signBoxAnswer = (deviceId: DeviceId, answer: Answer, sentAtMs: number): Promise<string> =>
  signMessage({ ...header('settlement.answer', deviceId, sentAtMs), ...answer }, boxSignerOf(deviceId));

/** The merchant gives way on a line, signed by its box. */
export const signBoxAccept = (deviceId: DeviceId, accept: Accept, sentAtMs: number): Promise<string> =>
  signMessage({ ...header('settlement.accept', deviceId, sentAtMs), ...accept }, boxSignerOf(deviceId));
