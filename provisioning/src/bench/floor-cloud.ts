import { join } from 'node:path';
import { createEmbeddedBroker } from '@scanpay/cloud/drivers/broker/embedded-broker.ts';
import { createTokenAuthenticate } from '@scanpay/cloud/drivers/broker/token-authenticate.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { downTopic, parseTopic, upFilter } from '@scanpay/shared/wire/topics.ts';
import { answerQuestions } from './answer-questions.ts';
import { createBareCrypto } from './bare-crypto.ts';
import { openBareLink } from './bare-link.ts';
import { openBareBooks } from './bare-store.ts';
import { salePayloads, saleSteps } from './floor-parts.ts';
import { takeSteps } from './take-steps.ts';

/**
 * The cloud's side of the floor in one process, as the cloud has it: the same broker, and one bare client that answers
 * each request after the commits, signatures and the card box that the three companies owe a sale. The reply says how
 * long they took, filled up to a result's length.
 *
 * Arguments: folder, token of every client.
 */
const [, , folder = '', token = ''] = process.argv;

const broker = createEmbeddedBroker({
  host: '127.0.0.1',
  port: 0,
  authenticate: createTokenAuthenticate({ cloudToken: token, findToken: async () => token }),
  limits: { burstPackets: 1_000_000, packetsPerSecond: 100_000 },
  scheduler: systemScheduler,
  onNotice: (notice) => process.stderr.write(`${JSON.stringify(notice)}\n`),
});
const { port } = await broker.start();
const brokerUrl = `mqtt://127.0.0.1:${port}`;

const parts = {
  books: openBareBooks(join(folder, 'floor-cloud'), ['operator', 'pg', 'card']),
  crypto: createBareCrypto(),
};
let sales = 0;

const link = await openBareLink({
  brokerUrl,
  clientId: 'cloud-floor',
  username: 'cloud',
  password: token,
  subscribe: upFilter('payment'),
  onMessage(topic) {
    const parsed = parseTopic(topic);
    if (!parsed.ok) return;
    sales += 1;
    const sample = takeSteps(saleSteps.cloud, parts, String(sales));
    const reply = JSON.stringify(sample).padEnd(salePayloads.result);
    link.publish(downTopic(parsed.value.deviceId, 'payment'), Buffer.from(reply));
  },
});

answerQuestions(
  { brokerUrl },
  () => null,
  async () => {
    await link.close();
    await broker.stop();
  },
);
