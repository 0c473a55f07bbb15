import type { Clock } from '@scanpay/shared/clock.ts';
import type { DeviceId, IdMaker } from '@scanpay/shared/ids.ts';
import { encodeEnvelope, type JwsSigner, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/message-header.ts';
import type { DownMessage } from '@scanpay/shared/wire/messages.ts';
import { type DownChannel, mayRetain } from '@scanpay/shared/wire/topics.ts';
import type { DeviceLink } from '../../ports/device-link.ts';
import type { Log } from '../../ports/log.ts';

type Body<M> = M extends DownMessage ? Omit<M, 'v' | 'messageId' | 'deviceId' | 'sentAtMs'> : never;

/** A message to a box before header and signature. */
export type DownDraft = Body<DownMessage>;

/** Signs what the operator says to its boxes, and sends it. */
export interface DevicePost {
  /** The message as compact JWS, header added. */
  sign(deviceId: DeviceId, draft: DownDraft): Promise<string>;
  /** Sends a message that was signed once, and does not wait: a box that did not get it asks again. */
  send(deviceId: DeviceId, channel: DownChannel, jws: string): void;
  /** Signs, sends and waits for the broker, which keeps what is a state. @throws ScanPayError `upstream_unavailable`, `too_large` */
  deliver(deviceId: DeviceId, channel: DownChannel, draft: DownDraft): Promise<void>;
  /** Resolves when what was sent has left. */
  idle(): Promise<void>;
}

export function createDevicePost(deps: {
  link: Pick<DeviceLink, 'publish'>;
  signer: JwsSigner;
  ids: Pick<IdMaker, 'messageId'>;
  clock: Clock;
  log: Log;
}): DevicePost {
  const { link, signer, ids, clock, log } = deps;
  const leaving = new Set<Promise<void>>();

  const sign = (deviceId: DeviceId, draft: DownDraft): Promise<string> => {
    const header = { v: wireVersion, messageId: ids.messageId(), deviceId, sentAtMs: clock.nowMs() };
    return signMessage({ ...header, ...draft }, signer);
  };
  return {
    sign,
    send(deviceId, channel, jws) {
      const publishing = withCurrentKey(jws, signer)
        .then((current) => link.publish(deviceId, channel, encodeEnvelope(current)))
        .catch((err: unknown) => log.info({ err, deviceId, channel }, 'the box was not reached'))
        .finally(() => leaving.delete(publishing));
      leaving.add(publishing);
    },
    async deliver(deviceId, channel, draft) {
      const payload = encodeEnvelope(await sign(deviceId, draft));
      await link.publish(deviceId, channel, payload, { retain: mayRetain('down', channel) });
    },
    async idle() {
      await Promise.all(leaving);
    },
  };
}

/**
 * The message as signed by the key of now. What was said before a change of keys is said again by the new one: a box
 * believes the former key for a while only. The evidence on record stays as it was signed.
 */
async function withCurrentKey(jws: string, signer: JwsSigner): Promise<string> {
  const [header = '', payload = ''] = jws.split('.');
  const { kid } = decodePart(header) as { kid?: unknown };
  return kid === signer.kid ? jws : signMessage(decodePart(payload) as object, signer);
}

const decodePart = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
