import { type KeyObject, randomBytes } from 'node:crypto';
import { createTestBox, type SealedRequest } from '@scanpay/cloud/roles/operator/testing/test-box.ts';
import type { IdentityStore, PendingEnrolment, StoredIdentity } from '@scanpay/device/ports/identity-store.ts';
import { businessDateAt } from '@scanpay/shared/clock.ts';
import type { ErrorCode } from '@scanpay/shared/errors.ts';
import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { won } from '@scanpay/shared/money.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import { connectRaw, type RawClient, type Received } from '@scanpay/shared/testing/raw-mqtt-client.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { createEnvelopeOpener } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, importVerifyKeys, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import {
  type CancelOutcome,
  type DownMessage,
  downMessageSchemas,
  type PaymentOutcome,
  type PaymentRequest,
} from '@scanpay/shared/wire/messages.ts';
import { downFilter, type UpChannel, upTopic } from '@scanpay/shared/wire/topics.ts';
import type { Coupon } from '../demo/customers.ts';
import { claimPlace } from '../demo/enrol.ts';
import type { HostileWorld } from './hostile-world.ts';

/** The shop whose boxes went wrong. It is not the demo box's own, whose statement must stay without a fault. */
const hostileMerchantId = 'm-gangneung-beans' as MerchantId;
/** Price of the roasted beans, and what is left of it at 15 % off. */
const listAmountWon = won(20_000);
export const chargedWon = won(17_000);

export const makeToken = (): string => randomBytes(24).toString('base64url');

type Message<T extends DownMessage['type']> = Extract<DownMessage, { type: T }>;

/** Identities of boxes that nobody starts again. */
function createMemoryStore(): IdentityStore {
  let identity: StoredIdentity | undefined;
  let pending: PendingEnrolment | undefined;
  return {
    read: () => identity,
    write(next) {
      identity = next;
    },
    readPending: () => pending,
    writePending(next) {
      pending = next;
    },
    clearPending() {
      pending = undefined;
    },
  };
}

/** Reads what the operator answers; a message it did not sign, or that breaks the schema, fails the test. */
function createReader(operatorKeys: ReadonlyMap<string, KeyObject>, received: () => readonly Received[]) {
  const open = createEnvelopeOpener(downMessageSchemas);
  const answers = (): Promise<DownMessage[]> =>
    Promise.all(
      received().map(async ({ text }) => {
        const opened = await open(Buffer.from(text), (kid) => operatorKeys.get(kid));
        if (!opened.ok) throw new Error(`the operator sent something unusable: ${opened.reason.detail}`);
        return opened.value.message;
      }),
    );
  const listOf = async <T extends DownMessage['type']>(type: T): Promise<Message<T>[]> =>
    (await answers()).filter((message): message is Message<T> => message.type === type);
  return {
    answers,
    /** Waits for the first answer of this type that is meant, and as many as `count`. */
    waitFor: <T extends DownMessage['type']>(
      type: T,
      isMeant: (message: Message<T>) => boolean,
      count = 1,
    ): Promise<Message<T>[]> =>
      until(async () => {
        const found = (await listOf(type)).filter(isMeant);
        if (found.length < count) throw new Error(`${found.length} of ${count}: ${JSON.stringify(await answers())}`);
        return found;
      }),
    /** Codes of the rejections so far. */
    rejectionCodes: async (): Promise<ErrorCode[]> => (await listOf('message.rejected')).map(({ code }) => code),
  };
}

/** An enrolled box in the wrong hands: its own key and certificate are good, and it says what it likes. */
export type HostileBox = Awaited<ReturnType<typeof enrolHostileBox>>;

export async function enrolHostileBox(world: HostileWorld, name: string) {
  const deviceId = name as DeviceId;
  const signed = createTestBox(deviceId, hostileMerchantId, systemScheduler);
  const place = { deviceId, merchantId: hostileMerchantId };
  const keys = { store: createMemoryStore(), signingKey: exportSigner(signed.signer) };
  const { tls } = await claimPlace(world.urls.operator, place, keys);
  const address = { host: '127.0.0.1', port: world.brokerPort, secure: true };
  const credentials = { clientId: deviceId, ca: tls.caCertificates, cert: tls.certificate, key: tls.key };
  const connect = async (): Promise<RawClient> => {
    const made = await connectRaw(address, credentials);
    made.client.on('error', () => undefined);
    await made.client.subscribeAsync(downFilter(deviceId), { qos: 1 });
    return made;
  };
  let client = await connect();
  const reader = createReader(importVerifyKeys([verifyJwkOf(world.keys.operator)]), () => client.received);
  const publish = async (payload: string | Uint8Array, channel: UpChannel = 'payment', retain = false) => {
    await client.client.publishAsync(upTopic(deviceId, channel), Buffer.from(payload as Uint8Array), {
      qos: 1,
      retain,
    });
  };
  return {
    ...signed,
    ...reader,
    address,
    credentials,
    client: () => client,
    publish,
    /** Forgets the answers so far. */
    forget(): void {
      client.received.length = 0;
    },
    async reconnect(): Promise<void> {
      await client.end();
      client = await connect();
    },
    async rejection(): Promise<Message<'message.rejected'>> {
      const [found] = await reader.waitFor('message.rejected', () => true);
      if (found === undefined) throw new Error('no rejection');
      return found;
    },
    /** What the operator said of this payment, `count` times or more. */
    async outcomes(paymentId: string, count = 1): Promise<PaymentOutcome[]> {
      const results = await reader.waitFor('payment.result', (message) => message.paymentId === paymentId, count);
      return results.map(({ outcome }) => outcome);
    },
    async cancelOutcome(cancelId: string): Promise<CancelOutcome | undefined> {
      const [result] = await reader.waitFor('cancel.result', (message) => message.cancelId === cancelId);
      return result?.outcome;
    },
    /** Asks the operator's clock: whoever answers that is still there, and had its say on earlier messages. */
    async fence(): Promise<void> {
      const query = await signed.seal({ type: 'clock.query' });
      await publish(query.delivered.payload);
      await reader.waitFor('clock.answer', ({ queryId }) => queryId === query.message.messageId);
    },
    /** A good request for two, but for what differs. */
    buy: (coupon: Coupon, differing: Partial<PaymentRequest> = {}): Promise<SealedRequest> =>
      signed.request(coupon, { listAmountWon, visitDate: businessDateAt(Date.now()), ...differing }),
    end: () => client.end(),
  };
}
