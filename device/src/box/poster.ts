import type { UpChannel } from '@scanpay/shared/wire/topics.ts';
import type { Uplink } from '../ports/uplink.ts';
import type { Log } from './deps.ts';
import type { Draft, Mailroom } from './mailroom.ts';

type OwnChannel = Exclude<UpChannel, 'presence'>;

/** Where what the box says goes; `payment` unless it stands here. */
const channels: Partial<Record<Draft['type'], OwnChannel>> = {
  'settlement.answer': 'settlement',
  'config.reported': 'reported',
  telemetry: 'telemetry',
  'command.result': 'command-result',
  'command.attachment': 'command-result',
  'alarm.report': 'alarm',
};

/** Seals and sends, without waiting for the broker: nothing rests on its word. */
export function createPoster(mailroom: Mailroom, uplink: () => Uplink | null, log: Log) {
  const publish = async (channel: OwnChannel, payload: string): Promise<void> => {
    // What the box has applied is a state: the broker keeps it for an operator that comes later.
    await uplink()?.publish(channel, payload, { retain: channel === 'reported' });
  };
  return {
    publish,
    /** Resolves with the message id. */
    async send(draft: Draft): Promise<string> {
      const { messageId, payload } = await mailroom.seal(draft);
      publish(channels[draft.type] ?? 'payment', payload).catch((err: unknown) => log.warn({ err }, 'not sent'));
      return messageId;
    },
  };
}
