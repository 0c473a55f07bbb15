import { describe, expect, it } from 'vitest';
import { createParser } from '../schema.ts';
import { boxWithoutPaper, wellBox } from '../testing/telemetry-samples.ts';
import { BoxSettingsSchema, checkSettings, layOver } from './box-settings.ts';
import { healthParts, TelemetryBodySchema } from './telemetry.ts';

describe('the settings of a box', () => {
  const parse = createParser(BoxSettingsSchema);

  it.each([
    [{ brokerUrl: 'mqtts://elsewhere:8883' }, 'brokerUrl'],
    [{ deviceId: 'box-other' }, 'deviceId'],
    [{ limits: { deadlineMs: 1 } }, '/limits/deadlineMs'],
    [{ limits: { deadlineMs: '8000' } }, '/limits/deadlineMs'],
    [{ receipt: { footer: ['\u001b@ reset'] } }, '/receipt/footer/0'],
    [{ receipt: { footer: ['1', '2', '3', '4', '5'] } }, '/receipt/footer'],
    [{ logLevel: 'silent' }, '/logLevel'],
  ])('cannot be %j', (settings, where) => {
    const parsed = parse(settings);
    expect(parsed).toMatchObject({ ok: false, code: 'invalid_input' });
    expect(parsed.ok ? '' : parsed.detail).toContain(where);
  });

  it.each([
    [{ limits: { deadlineMs: 5_000, repeatMs: 6_000 } }, '/limits/repeatMs'],
    [{ limits: { repeatMs: 6_000, maxRepeatMs: 5_000 } }, '/limits/maxRepeatMs'],
    [{ health: { diskWarnMib: 10, diskFaultMib: 10 } }, '/health/diskFaultMib'],
    [{ health: { hotC: 80, tooHotC: 80 } }, '/health/tooHotC'],
  ])('must not contradict themselves: %j', (settings, where) => {
    const checked = checkSettings(settings);
    expect(checked.ok ? '' : checked.detail).toContain(where);
  });

  it('are laid over others key by key, and change neither', () => {
    const group = {
      logLevel: 'warn' as const,
      limits: { deadlineMs: 8_000, inquiries: 2 },
      receipt: { footer: ['a'] },
    };
    const own = { limits: { inquiries: 5 }, receipt: { footer: ['b', 'c'] }, health: { hotC: 60 } };
    expect(layOver(group, own)).toEqual({
      logLevel: 'warn',
      limits: { deadlineMs: 8_000, inquiries: 5 },
      receipt: { footer: ['b', 'c'] },
      health: { hotC: 60 },
    });
    expect(group.limits).toEqual({ deadlineMs: 8_000, inquiries: 2 });
    expect(layOver({}, {})).toEqual({});
  });
});

describe('telemetry', () => {
  const parse = createParser(TelemetryBodySchema);

  it('is what its schema says', () => {
    for (const body of [wellBox, boxWithoutPaper]) expect(parse(body)).toEqual({ ok: true, value: body });
    expect(parse({ ...wellBox, cardNumber: '4111111111111111' }).ok).toBe(false);
  });

  it('is small, also at its largest', () => {
    const text = 'x'.repeat(80);
    const largest = {
      ...wellBox,
      health: { level: 'fault', problems: healthParts.map((part) => ({ part, level: 'warning' })) },
      versions: { software: 'x'.repeat(40), node: text, os: text, kernel: text, journal: 1_000_000 },
      printer: { state: 'unknown', faults: ['paper-out', 'cover-open', 'cutter', 'offline', 'error'], nearEnd: false },
    };
    expect(parse(largest).ok).toBe(true);
    // Signed, in base64, a payload may have 16 KiB.
    expect(JSON.stringify(largest).length).toBeLessThan(3 * 1024);
  });
});
