import { noTimer, type Scheduler } from '@scanpay/shared/clock.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { createEnvelopeOpener, type ResolveKey } from '@scanpay/shared/wire/envelope.ts';
import { type DownMessage, downMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import type { Mailroom } from '../box/mailroom.ts';
import { judgeClock } from '../core/doctor/judge.ts';
import { allWell, type Finding, fault } from '../core/doctor/report.ts';
import { advice } from '../core/doctor/words.ts';
import type { DownlinkMessage, Uplink, UplinkEvents } from '../ports/uplink.ts';

export interface UplinkProbe {
  scheduler: Scheduler;
  deviceId: DeviceId;
  operatorKeys: ResolveKey;
  mailroom: Mailroom;
  createUplink(events: UplinkEvents): Uplink;
  waitMs: number;
}

/**
 * Logs in as the box itself, by the box's own uplink: the broker takes no other client id from it. So this is only for
 * while the service is stopped. What the cloud sends meanwhile is dropped; it sends it again when the box comes back.
 */
export function probeLogin(probe: UplinkProbe): Promise<Finding> {
  return withUplink(probe, async () => allWell(`logged in and subscribed as ${probe.deviceId}`));
}

/** Asks the operator's clock once, over a connection of its own. */
export function probeClock(probe: UplinkProbe): Promise<Finding> {
  const open = createEnvelopeOpener(downMessageSchemas);
  const inbox: DownMessage[] = [];
  let look = noTimer as () => void;
  const onMessage = async ({ payload }: DownlinkMessage): Promise<void> => {
    const opened = await open(payload, probe.operatorKeys);
    if (!opened.ok || opened.value.message.deviceId !== probe.deviceId) return;
    inbox.push(opened.value.message);
    look();
  };
  const ask = async (uplink: Uplink): Promise<Finding> => {
    const { scheduler } = probe;
    const { messageId, payload } = await probe.mailroom.seal({ type: 'clock.query' });
    const answered = Promise.withResolvers<Finding>();
    const askedAtMs = scheduler.nowMs();
    const cancel = scheduler.after(probe.waitMs, () =>
      answered.resolve(fault('no answer from the operator', advice.clockSilent)),
    );
    look = () => {
      for (const message of inbox.splice(0)) {
        if (message.type === 'clock.answer' && message.queryId === messageId) {
          const now = scheduler.nowMs();
          const errorMs = Math.ceil((now - askedAtMs) / 2);
          answered.resolve(judgeClock(Math.round(now - errorMs - message.cloudTimeMs), errorMs));
        } else if (message.type === 'message.rejected' && message.rejectedMessageId === messageId) {
          answered.resolve(fault(`refused: ${message.code} ${message.detail}`, advice.clockSilent));
        }
      }
    };
    await uplink.publish('payment', payload);
    const finding = await answered.promise;
    cancel();
    return finding;
  };
  return withUplink(probe, ask, onMessage);
}

async function withUplink(
  probe: UplinkProbe,
  task: (uplink: Uplink) => Promise<Finding>,
  onMessage: (message: DownlinkMessage) => void | Promise<void> = () => undefined,
): Promise<Finding> {
  const connected = Promise.withResolvers<string | null>();
  const cancel = probe.scheduler.after(probe.waitMs, () => connected.resolve(`no login within ${probe.waitMs} ms`));
  const uplink = probe.createUplink({
    onMessage,
    onState: (state) => state === 'connected' && connected.resolve(null),
    onProblem: (detail) => connected.resolve(detail),
  });
  uplink.start();
  try {
    const problem = await connected.promise;
    cancel();
    return problem === null ? await task(uplink) : fault(problem, advice.login);
  } finally {
    await uplink.stop();
  }
}
