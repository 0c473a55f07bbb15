import { describe, expect, it } from 'vitest';
import { redactLine } from './redact-line.ts';

describe('redactLine', () => {
  const harmless = [
    '{"level":30,"time":1794450000000,"pid":7,"hostname":"box","counterUrl":"http://127.0.0.1:8080","msg":"box ready"}',
    '{"level":40,"time":1794450000003,"err":{"type":"Error","message":"ECONNREFUSED","stack":"at a.ts:10:3"},"msg":"uplink"}',
    '{"level":30,"paymentId":"01a20958-0000-7000-8000-000000000000","msg":"x"}',
    'plain text at 12:00, 44 ms',
  ];
  it.each(harmless)('leaves alone what holds nothing personal: %s', (line) => {
    expect(redactLine(line)).toEqual({ text: line, changed: false });
  });

  const personal: [string, string][] = [
    ['4111111111111111', '4111111111111111'],
    ['4111 1111 1111 1111', '4111 1111'],
    ['3782-822463-10005', '822463'],
    ['01012345678', '12345678'],
    ['010-1234-5678', '1234'],
    ['+82 10-1234-5678', '5678'],
    ['SP1:NCFK60DG0/3WUWGSLKH47GO0', 'NCFK'],
    ['eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.AAAA', 'eyJ'],
    ['-----BEGIN PRIVATE KEY-----\nMC4CAQ\n-----END PRIVATE KEY-----', 'MC4'],
  ];
  it.each(personal)('takes %s out of plain text, of members and of member names', (secret, trace) => {
    const text = JSON.stringify(secret);
    for (const line of [`got ${secret} today`, `{"msg":${text}}`, `{"a":[{"b":${text}}]}`, `{${text}:1}`]) {
      const redacted = redactLine(line);
      expect(redacted.changed).toBe(true);
      expect(redacted.text).not.toContain(trace);
    }
  });

  it('takes out a card number that was logged as a number, and no time', () => {
    expect(redactLine('{"n":4111111111111111}').text).toBe('{"n":"[removed]"}');
    // Passes Luhn, as one in ten does.
    expect(redactLine('{"atMs":1794450000006}').changed).toBe(false);
  });

  it('takes out personal members, whatever they hold', () => {
    expect(redactLine('{"customer":{"name":"남궁민수","address":["속초"]},"mobile":null}').text).toBe(
      '{"customer":{"name":"[removed]","address":"[removed]"},"mobile":null}',
    );
  });
});
