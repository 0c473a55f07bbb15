import { join } from 'node:path';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { downFilter, upTopic } from '@scanpay/shared/wire/topics.ts';
import { nowUs } from './answer-questions.ts';
import { createBareCrypto } from './bare-crypto.ts';
import { openBareLink } from './bare-link.ts';
import { openBareBooks } from './bare-store.ts';
import { addSamples, type FloorSample, floorParts, salePayloads, saleSteps } from './floor-parts.ts';
import { takeSteps } from './take-steps.ts';

/** A box of the floor: a bare client and a bare journal. */
export interface FloorBox {
  /** One pass: everything a sale cannot do without, in its order, box and cloud each in their own process. */
  sell(): Promise<FloorSample>;
  stop(): Promise<void>;
}

/** `brokerUrl` of `floor-cloud.ts`, which does the cloud's part. */
export async function openFloorBox(options: {
  folder: string;
  deviceId: DeviceId;
  brokerUrl: string;
  token: string;
}): Promise<FloorBox> {
  const { deviceId } = options;
  const books = openBareBooks(join(options.folder, `floor-${deviceId}`), ['box']);
  const parts = { books, crypto: createBareCrypto() };
  const request = Buffer.alloc(salePayloads.request, 'q');
  let replied = (_payload: Buffer): void => undefined;
  const link = await openBareLink({
    brokerUrl: options.brokerUrl,
    clientId: deviceId,
    username: deviceId,
    password: options.token,
    subscribe: downFilter(deviceId),
    onMessage: (_topic, payload) => replied(payload),
  });
  const ask = (): Promise<Buffer> =>
    new Promise((resolve) => {
      replied = resolve;
      link.publish(upTopic(deviceId, 'payment'), request);
    });
  let sales = 0;
  return {
    async sell() {
      sales += 1;
      const before = takeSteps(saleSteps.boxRequest, parts, String(sales));
      const askedUs = nowUs();
      const reply = await ask();
      const answeredUs = nowUs();
      const cloud = JSON.parse(reply.toString()) as FloorSample;
      const after = takeSteps(saleSteps.boxResult, parts, String(sales));
      const mqtt = answeredUs - askedUs - floorParts.reduce((sum, part) => sum + cloud[part], 0);
      return { ...addSamples(addSamples(before, cloud), after), mqtt };
    },
    async stop() {
      await link.close();
      books.box.close();
    },
  };
}
