import { EnvelopeSchema, maxPayloadBytes, messageTyp } from '@scanpay/shared/wire/envelope.ts';
import { downMessageSchemas, upMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import { downChannels, upChannels } from '@scanpay/shared/wire/topics.ts';
import type { TSchema } from 'typebox';

type Direction = 'up' | 'down';

/** Which channel carries which message; a type that is missing here fails the test. */
const channelOf: Record<keyof typeof upMessageSchemas | keyof typeof downMessageSchemas, string> = {
  'payment.request': 'payment',
  'payment.confirm': 'payment',
  'payment.inquiry': 'payment',
  'payment.reversal': 'payment',
  'payment.cancel': 'payment',
  'clock.query': 'payment',
  'terms.query': 'payment',
  'keys.held': 'payment',
  'cash-receipt.query': 'payment',
  'settlement.answer': 'settlement',
  'settlement.accept': 'settlement',
  'settlement.lines-query': 'settlement',
  presence: 'presence',
  'config.reported': 'reported',
  telemetry: 'telemetry',
  'payment.result': 'payment',
  'cancel.result': 'payment',
  'clock.answer': 'payment',
  'merchant.terms': 'payment',
  'cash-receipt.key': 'payment',
  'cash-receipt.state': 'payment',
  'message.rejected': 'rejected',
  'config.desired': 'config',
  'operator.keys': 'keys',
  'settlement.statement': 'settlement',
  'settlement.state': 'settlement',
  'release.report': 'release',
  'release.desired': 'release',
  'settlement.lines': 'settlement',
  command: 'command',
  'command.result': 'command-result',
  'command.attachment': 'command-result',
  'alarm.report': 'alarm',
  'alarm.recorded': 'alarm',
};

const messagesOf = (schemas: Record<string, TSchema>, channel: string): string[] =>
  Object.keys(schemas).filter((type) => channelOf[type as keyof typeof channelOf] === channel);

/** AsyncAPI 3.0 of the wire between box and operator, from the very schemas that parse it. */
export function makeAsyncApi(version: string): object {
  const channels = [
    ...upChannels.map((name) => makeChannel('up', name, messagesOf(upMessageSchemas, name))),
    ...downChannels.map((name) => makeChannel('down', name, messagesOf(downMessageSchemas, name))),
  ].filter(({ types }) => types.length > 0);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'ScanPay wire',
      version,
      description:
        `Box and operator over MQTT 3.1.1, QoS 1. Every payload is the JSON of \`Envelope\` (at most ${maxPayloadBytes} ` +
        `bytes): a compact JWS (EdDSA, typ \`${messageTyp}\`) whose payload is the message described here, and the ` +
        'scanned barcode beside it where a payment needs it. A PUBACK proves nothing; only an answer clears the journal.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(channels.map(({ key, channel }) => [key, channel])),
    operations: Object.fromEntries(channels.map(({ key, operation }) => [key, operation])),
    components: {
      schemas: { Envelope: EnvelopeSchema },
      messages: Object.fromEntries(
        Object.entries({ ...upMessageSchemas, ...downMessageSchemas }).map(([type, payload]) => [
          type,
          { name: type, contentType: 'application/json', payload },
        ]),
      ),
    },
  };
}

/** Operations are told from the box's side: it sends `up` and receives `down`. */
function makeChannel(direction: Direction, name: string, types: string[]) {
  const key = `${direction}-${name}`;
  return {
    key,
    types,
    channel: {
      address: `scanpay/v1/{deviceId}/${direction}/${name}`,
      parameters: { deviceId: { description: 'The box, e.g. `box-demo-1`.' } },
      messages: Object.fromEntries(types.map((type) => [type, { $ref: `#/components/messages/${type}` }])),
    },
    operation: {
      action: direction === 'up' ? 'send' : 'receive',
      channel: { $ref: `#/channels/${key}` },
      messages: types.map((type) => ({ $ref: `#/channels/${key}/messages/${type}` })),
    },
  };
}
