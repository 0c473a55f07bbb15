import { createIdMaker, type DeviceId, type PaymentId } from '@scanpay/shared/ids.ts';
import { encodeEnvelope, sha256Base64Url, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/message-header.ts';
import type { UpMessage } from '@scanpay/shared/wire/messages.ts';
import type { UpChannel } from '@scanpay/shared/wire/topics.ts';
import type { CastBox } from '../cloud/cast.ts';
import type { SimBroker } from '../engine/broker.ts';
import type { Dice } from '../engine/dice.ts';
import type { Timeline } from '../engine/timeline.ts';

interface Overheard {
  deviceId: DeviceId;
  channel: UpChannel;
  message: UpMessage;
  payload: string;
  atMs: number;
}

/**
 * A box in a thief's hands. It has its own credentials and, somehow, what other boxes said a while ago: it repeats that
 * as its own, and asks after, gives back and confirms payments of others.
 */
export interface HostileBox {
  overhear(deviceId: DeviceId, channel: UpChannel, message: UpMessage, payload: string): void;
  /** The operator has said something of this payment: from now on it is worth claiming. */
  overhearResult(paymentId: PaymentId): void;
  start(): void;
  stop(): void;
}

const maxOverheard = 40;
const maxDecided = 1_000;
const meanPauseMs = 4_000;

export function createHostileBox(deps: {
  cast: CastBox;
  timeline: Timeline;
  broker: SimBroker;
  dice: Dice;
}): HostileBox {
  const { cast, timeline, broker, dice } = deps;
  const heard: Overheard[] = [];
  const decided = new Set<PaymentId>();
  let active = false;
  const ids = createIdMaker(timeline, dice.bytes);

  const send = (payload: string): void => broker.inject(cast.deviceId, 'payment', payload);
  const say = async (as: DeviceId, draft: object): Promise<void> => {
    const header = { v: wireVersion, messageId: ids.messageId(), deviceId: as, sentAtMs: timeline.nowMs() };
    send(encodeEnvelope(await signMessage({ ...header, ...draft }, cast.signer)));
  };
  const attack = async ({ message, payload, deviceId }: Overheard): Promise<void> => {
    const as = dice.chance(0.3) ? deviceId : cast.deviceId;
    if (!('paymentId' in message) || dice.chance(0.3)) return send(payload);
    const { paymentId } = message;
    const requestJws = (JSON.parse(payload) as { jws: string }).jws;
    // A payment id that nobody has used yet it cannot know; of one that is taken it says that it is its own.
    if (message.type === 'payment.request' && decided.has(paymentId) && dice.chance(0.4)) {
      const { messageId: _id, deviceId: _box, sentAtMs: _at, v: _v, ...request } = message;
      return say(as, { ...request, merchantId: cast.merchant.merchantId });
    }
    switch (dice.between(0, 2)) {
      case 0:
        return say(as, { type: 'payment.inquiry', paymentId, requestSha256: sha256Base64Url(requestJws) });
      case 1:
        return say(as, { type: 'payment.reversal', paymentId, requestJws });
      default: {
        const { merchantId } = 'merchantId' in message ? message : cast.merchant;
        const cancelId = ids.cancelId();
        // The charge after the discount that most coupons give.
        const amountWon = 'listAmountWon' in message ? Math.round(message.listAmountWon * 0.9) : 1_000;
        return say(as, { type: 'payment.cancel', cancelId, paymentId, merchantId, amountWon });
      }
    }
  };
  const plan = (): void => {
    timeline.after(dice.waitMs(meanPauseMs), () => {
      if (!active) return;
      const known = heard.filter((each) => each.atMs < timeline.nowMs() - 30_000);
      if (known.length > 0) void attack(dice.pick(known));
      plan();
    });
  };
  return {
    overhear(deviceId, channel, message, payload) {
      if (!active || !dice.chance(0.05)) return;
      heard.push({ deviceId, channel, message, payload, atMs: timeline.nowMs() });
      if (heard.length > maxOverheard) heard.shift();
    },
    overhearResult(paymentId) {
      if (!heard.some(({ message }) => 'paymentId' in message && message.paymentId === paymentId)) return;
      if (decided.size >= maxDecided) decided.clear();
      decided.add(paymentId);
    },
    start() {
      active = true;
      plan();
    },
    stop() {
      active = false;
    },
  };
}
