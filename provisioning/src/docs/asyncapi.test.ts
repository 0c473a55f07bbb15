import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { downMessageSchemas, upMessageSchemas } from '@scanpay/shared/wire/messages.ts';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { expect, it } from 'vitest';
import { makeAsyncApi } from './asyncapi.ts';

const require = createRequire(import.meta.url);
const document = JSON.parse(JSON.stringify(makeAsyncApi('1.0.0'))) as {
  channels: Record<string, { messages: Record<string, unknown> }>;
};

it('is an AsyncAPI 3.0 document', () => {
  const path = require.resolve('@asyncapi/specs/schemas/3.0.0-without-$id.json');
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));
  expect(validate(document), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
});

it('has every message on exactly one channel', () => {
  const told = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
  expect(told.sort()).toEqual([...Object.keys(upMessageSchemas), ...Object.keys(downMessageSchemas)].sort());
});
