import { randomBytes } from 'node:crypto';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { connectRaw, type RawClient, subscribeRaw } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { upChannels, upFilter } from '@scanpay/shared/wire/topics.ts';
import { expect, onTestFinished } from 'vitest';
import type { Uplink, UplinkState } from '../../../ports/uplink.ts';
import { createMqttUplink, type MqttUplinkOptions } from '../mqtt-uplink.ts';

export const deviceId = 'box-a' as DeviceId;

/** By the clock of a busy machine; what is tried with deadlines has a scheduler of its own. */
const unhurried = {
  connectDeadlineMs: 30_000,
  answerDeadlineMs: 30_000,
  pingPeriodMs: 60_000,
  pingDeadlineMs: 30_000,
};

export interface TestUplink {
  uplink: Uplink;
  received: { channel: string; text: string; retained: boolean }[];
  states: UplinkState[];
  problems: string[];
  /** The session that is up, or the attempt under way. */
  session(): number;
}

/** An uplink that writes down what it is told, stopped at the end of the test; its attempts to connect are called 1, 2, 3 … */
export function createUplink(broker: BrokerAddress, options: Partial<MqttUplinkOptions> = {}): TestUplink {
  const received: TestUplink['received'] = [];
  const states: UplinkState[] = [];
  const problems: string[] = [];
  let session = 0;
  const uplink = createMqttUplink({
    deviceId,
    broker,
    createPresence: async () => {
      session += 1;
      return { online: `online ${session}`, offline: `offline ${session}` };
    },
    scheduler: systemScheduler,
    randomBytes: (length) => randomBytes(length),
    ...options,
    timing: {
      firstReconnectDelayMs: 20,
      longestReconnectDelayMs: 100,
      ...(options.scheduler === undefined && unhurried),
      ...options.timing,
    },
    events: {
      onMessage: ({ channel, payload, retained }) => {
        received.push({ channel, text: Buffer.from(payload).toString(), retained });
      },
      onState: (state) => states.push(state),
      onProblem: (detail) => problems.push(detail),
      ...options.events,
    },
  });
  onTestFinished(() => uplink.stop());
  return { uplink, received, states, problems, session: () => session };
}

export async function startUplink(...args: Parameters<typeof createUplink>): Promise<TestUplink> {
  const made = createUplink(...args);
  made.uplink.start();
  await until(() => expect(made.states).toEqual(['connected']));
  return made;
}

/** Stands in for the cloud: hears every channel of every box. */
export async function connectCloud(broker: BrokerAddress): Promise<RawClient> {
  const cloud = await connectRaw(broker, { clientId: 'cloud' });
  onTestFinished(() => cloud.end());
  await subscribeRaw(cloud, upChannels.map(upFilter));
  return cloud;
}
