import { parseBrokerUrl } from '@scanpay/shared/wire/broker-url.ts';
import { importVerifyKeys, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { answerQuestions } from '../bench/answer-questions.ts';
import { readWorld } from './read-world.ts';
import { createSimulatedBox } from './simulated-box.ts';

export type BoxesQuestion = { kind: 'connect' | 'drop' };

/** Some of the boxes, in a process of their own: every n-th of all. */
const [, , worldPath = '', brokerUrl = '', part = '0', parts = '1'] = process.argv;
const { ca, operatorKey, boxes } = readWorld(worldPath);
const broker = parseBrokerUrl(brokerUrl);
if (!broker.ok) throw new Error(broker.detail);
const keys = importVerifyKeys([verifyJwkOf(operatorKey)]);
const simulated = boxes
  .filter((_box, index) => index % Number(parts) === Number(part))
  .map((box) => createSimulatedBox(box, { broker: broker.value, ca, operatorKey: (kid) => keys.get(kid) }));

answerQuestions(
  {},
  ({ kind }: BoxesQuestion) => {
    for (const box of simulated) box[kind === 'connect' ? 'start' : 'drop']();
    return true;
  },
  async () => void (await Promise.all(simulated.map((box) => box.stop()))),
);
