import type { MmsGateway, MmsMessage } from '../../../ports/mms.ts';

/** Keeps what it takes, each key once; fails as often as `failing.mms` says. */
export function createFlakyMms(taken: MmsMessage[], failing: { mms: number }): MmsGateway {
  return {
    async send(message) {
      if (failing.mms > 0) {
        failing.mms -= 1;
        throw new Error('the gateway is down');
      }
      if (!taken.some((each) => each.idempotencyKey === message.idempotencyKey)) taken.push(message);
    },
  };
}
