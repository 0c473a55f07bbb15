import { describe, expect, it } from 'vitest';
import { parseBrokerUrl } from './broker-url.ts';

describe('parseBrokerUrl', () => {
  it.each([
    ['mqtt://broker.example', { host: 'broker.example', port: 1883, secure: false }],
    ['mqtt://127.0.0.1:2883/', { host: '127.0.0.1', port: 2883, secure: false }],
    ['mqtts://broker.example', { host: 'broker.example', port: 8883, secure: true }],
    ['mqtts://[::1]:9883', { host: '::1', port: 9883, secure: true }],
  ])('reads %s', (text, address) => {
    expect(parseBrokerUrl(text)).toEqual({ ok: true, value: address });
  });

  it.each([
    'broker.example',
    'http://broker.example',
    'mqtt://',
    'mqtt://user:secret@broker.example',
    'mqtt://broker.example/path',
    'mqtt://broker.example?a=1',
    'mqtt://broker.example:99999',
  ])('refuses %s', (text) => {
    const result = parseBrokerUrl(text);
    expect(result).toMatchObject({ ok: false, code: 'configuration' });
    expect(JSON.stringify(result)).not.toContain('secret');
  });
});
