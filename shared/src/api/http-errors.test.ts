import { describe, expect, it } from 'vitest';
import { ScanPayError } from '../errors.ts';
import { answerParserError, toErrorAnswer } from './http-errors.ts';

const fault = (members: object): Error => Object.assign(new Error('4111111111111111'), members);

describe('the answer to a request that failed', () => {
  it.each([
    ['a refusal', new ScanPayError('coupon_used', 'twice'), 400, 'coupon_used', 'twice'],
    ['too much', fault({ code: 'FST_ERR_CTP_BODY_TOO_LARGE', statusCode: 413 }), 413, 'too_large', ''],
    ['too often', fault({ statusCode: 429 }), 429, 'rate_limited', ''],
    [
      'a path that is none',
      fault({ code: 'FST_ERR_BAD_URL', statusCode: 400 }),
      400,
      'invalid_input',
      'FST_ERR_BAD_URL',
    ],
    ['an endless id', fault({ code: 'FST_ERR_MAX_PARAM_LENGTH', statusCode: 414 }), 404, 'not_found', ''],
    ['a bug', fault({}), 500, 'internal', ''],
    [
      'a bad field',
      fault({ statusCode: 400, validation: [{ instancePath: '/card/number', message: 'must match' }] }),
      400,
      'invalid_input',
      'body/card/number: must match',
    ],
  ])('names what is wrong with %s, and repeats nothing', (_, error, status, code, detail) => {
    expect(toErrorAnswer(error)).toMatchObject({ status, body: { code, detail } });
    expect(JSON.stringify(toErrorAnswer(error))).not.toContain('4111');
  });

  it('is the last word on a connection that speaks no HTTP, if anybody can still hear it', () => {
    const said: string[] = [];
    let destroyed = 0;
    const connection = { writable: true, end: (text: string) => said.push(text), destroy: () => destroyed++ };
    answerParserError(fault({ code: 'HPE_INVALID_METHOD' }), connection);
    answerParserError(fault({ code: 'HPE_HEADER_OVERFLOW' }), connection);
    const [first = '', second = ''] = said;
    expect(first).toMatch(/^HTTP\/1\.1 400 .*\r\n\r\n\{"code":"invalid_input"/su);
    expect(second).toMatch(/^HTTP\/1\.1 413 .*\r\n\r\n\{"code":"too_large"/su);
    const [head = '', body = ''] = first.split('\r\n\r\n');
    expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
    answerParserError(fault({ code: 'ECONNRESET' }), connection);
    answerParserError(fault({}), { ...connection, writable: false });
    expect({ said: said.length, destroyed }).toEqual({ said: 2, destroyed: 2 });
  });
});
