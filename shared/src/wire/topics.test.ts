import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DeviceId } from '../ids.ts';
import {
  downChannels,
  downFilter,
  downTopic,
  isDeviceId,
  mayRetain,
  parseTopic,
  upChannels,
  upFilter,
  upTopic,
} from './topics.ts';

const box = 'box-seoul-1' as DeviceId;

describe('topics', () => {
  it('are spelt as documented', () => {
    expect(upTopic(box, 'payment')).toBe('scanpay/v1/box-seoul-1/up/payment');
    expect(downTopic(box, 'config')).toBe('scanpay/v1/box-seoul-1/down/config');
    expect(upFilter('presence')).toBe('scanpay/v1/+/up/presence');
    expect(downFilter(box)).toBe('scanpay/v1/box-seoul-1/down/+');
  });

  it('parse back to what they were built from', () => {
    for (const channel of upChannels) {
      expect(parseTopic(upTopic(box, channel))).toEqual({
        ok: true,
        value: { deviceId: box, direction: 'up', channel },
      });
    }
    for (const channel of downChannels) {
      expect(parseTopic(downTopic(box, channel))).toEqual({
        ok: true,
        value: { deviceId: box, direction: 'down', channel },
      });
    }
  });

  it.each([
    '',
    'scanpay',
    'scanpay/v2/box-1/up/payment',
    'scanpay/v1/box-1/up',
    'scanpay/v1/box-1/up/payment/',
    'scanpay/v1/box-1/up/payment/more',
    '/scanpay/v1/box-1/up/payment',
    'scanpay/v1/box-1/up/config',
    'scanpay/v1/box-1/down/presence',
    'scanpay/v1/box-1/sideways/payment',
    'scanpay/v1/+/up/payment',
    'scanpay/v1/#',
    'scanpay/v1/BOX-1/up/payment',
    'scanpay/v1/m-1/up/payment',
    'scanpay/v1/box-/up/payment',
    'scanpay/v1/box-1\n/up/payment',
    `scanpay/v1/box-${'a'.repeat(29)}/up/payment`,
    'scanpay/v1/box-1/up/Payment',
    'scanpay/v1/box-1/up/toString',
    '$SYS/broker/uptime',
    '$share/g/scanpay/v1/box-1/up/payment',
  ])('refuse %j', (text) => {
    expect(parseTopic(text)).toMatchObject({ ok: false, code: 'invalid_input' });
  });

  it('accept nothing that they would not have built', () => {
    const level = fc.constantFrom(
      'scanpay',
      'v1',
      'box-1',
      'up',
      'down',
      'payment',
      'config',
      '+',
      '#',
      '',
      'box-A',
      '$SYS',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(level, { maxLength: 7 }).map((levels) => levels.join('/')),
          fc.string(),
        ),
        (text) => {
          const topic = parseTopic(text);
          if (!topic.ok) return;
          const { value } = topic;
          expect(
            value.direction === 'up'
              ? upTopic(value.deviceId, value.channel)
              : downTopic(value.deviceId, value.channel),
          ).toBe(text);
        },
      ),
    );
  });

  it('let only states be retained', () => {
    expect(upChannels.filter((channel) => mayRetain('up', channel))).toEqual(['presence', 'reported']);
    expect(downChannels.filter((channel) => mayRetain('down', channel))).toEqual(['config', 'keys']);
  });

  it('know a device id', () => {
    expect(isDeviceId('box-1')).toBe(true);
    expect(isDeviceId('cloud')).toBe(false);
    expect(isDeviceId('box-1 ')).toBe(false);
  });
});
