import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import type { BrokerAddress } from '@scanpay/shared/wire/broker-url.ts';
import { expect, onTestFinished } from 'vitest';
import type { DeviceLink, LinkProblem, UpMessage } from '../../../ports/device-link.ts';
import { cloudToken, testRandomBytes } from '../../broker/testing/brokers.ts';
import { createMqttDeviceLink, type MqttDeviceLinkOptions } from '../mqtt-device-link.ts';

export interface TestLink {
  link: DeviceLink;
  received: (Omit<UpMessage, 'payload'> & { text: string })[];
  texts(): string[];
  states: boolean[];
  problems: LinkProblem[];
}

type OnMessage = (message: UpMessage) => void | Promise<void>;

/** A link that writes down what it is told, stopped at the end of the test. */
export function createLink(
  broker: BrokerAddress,
  options: Partial<MqttDeviceLinkOptions> = {},
  onMessage?: OnMessage,
): TestLink {
  const received: TestLink['received'] = [];
  const states: boolean[] = [];
  const problems: LinkProblem[] = [];
  const link = createMqttDeviceLink({
    broker,
    username: 'cloud',
    password: cloudToken,
    scheduler: systemScheduler,
    randomBytes: testRandomBytes,
    ...options,
    limits: { firstReconnectDelayMs: 20, longestReconnectDelayMs: 100, ...options.limits },
    events: {
      onMessage(message) {
        const { payload, ...rest } = message;
        received.push({ ...rest, text: Buffer.from(payload).toString() });
        return onMessage?.(message);
      },
      onState: (connected) => states.push(connected),
      onProblem: (problem) => problems.push(problem),
    },
  });
  onTestFinished(() => link.stop());
  return { link, received, texts: () => received.map(({ text }) => text), states, problems };
}

export async function startLink(...args: Parameters<typeof createLink>): Promise<TestLink> {
  const made = createLink(...args);
  await made.link.start();
  await until(() => expect(made.states).toEqual([true]));
  return made;
}
