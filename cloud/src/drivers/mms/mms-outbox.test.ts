import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MmsMessage, maxMmsJpegBytes } from '../../ports/mms.ts';
import { createMmsOutbox } from './mms-outbox.ts';
import { keptMessages, openPhoneFolder } from './phone-folder.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'scanpay-mms-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const mobile = '01012345678';
const message = (change: Partial<MmsMessage> = {}): MmsMessage => ({
  toMobile: mobile,
  subject: '[ScanPay] 모바일 쿠폰',
  text: '인증번호 1234 5678 9012\n유효기간 2026-11-24',
  jpeg: null,
  idempotencyKey: 'coupon-1',
  ...change,
});
const picture = (width: number, height: number, format: 'jpeg' | 'png' = 'jpeg') =>
  sharp({ create: { width, height, channels: 3, background: '#fff' } })
    .toFormat(format)
    .toBuffer();
const filesOf = (phone: string) => readdirSync(join(directory, phone)).filter((name) => name !== '.ids');

describe('createMmsOutbox', () => {
  it('writes what a person can read, numbered per phone', async () => {
    const outbox = createMmsOutbox({ directory });
    const jpeg = await picture(800, 600);
    await outbox.send(message({ jpeg }));
    await outbox.send(message({ idempotencyKey: 'notice-1', subject: '결제 승인', text: '12,300원' }));
    await outbox.send(message({ toMobile: '01099998888' }));
    expect(filesOf(mobile)).toEqual(['001.jpg', '001.txt', '002.txt']);
    expect(readFileSync(join(directory, mobile, '002.txt'), 'utf8')).toBe('결제 승인\n\n12,300원\n');
    expect(readFileSync(join(directory, mobile, '001.jpg')).equals(jpeg)).toBe(true);
    expect(filesOf('01099998888')).toEqual(['001.txt']);
  });

  it('shows a phone its messages, the newest first', async () => {
    const outbox = createMmsOutbox({ directory });
    expect(await outbox.listMobiles()).toEqual([]);
    expect(await outbox.listMessages(mobile)).toEqual([]);
    const jpeg = await picture(10, 10);
    await outbox.send(message({ jpeg }));
    await outbox.send(message({ idempotencyKey: 'b', text: '둘째\n\n줄' }));
    expect(await outbox.listMobiles()).toEqual([mobile]);
    const { subject, text } = message();
    expect(await outbox.listMessages(mobile)).toEqual([
      { number: 2, subject, text: '둘째\n\n줄', hasJpeg: false, receivedAtMs: expect.any(Number) },
      { number: 1, subject, text, hasJpeg: true, receivedAtMs: expect.any(Number) },
    ]);
    expect((await outbox.readJpeg(mobile, 1))?.equals(jpeg)).toBe(true);
    expect(await outbox.readJpeg(mobile, 2)).toBeUndefined();
    expect(await outbox.readJpeg('01000000000', 1)).toBeUndefined();
  });

  it('takes a repeated message once, also after a restart', async () => {
    await createMmsOutbox({ directory }).send(message());
    const outbox = createMmsOutbox({ directory });
    await outbox.send(message({ text: 'the same once more' }));
    await outbox.send(message({ idempotencyKey: 'b' }));
    expect(filesOf(mobile)).toEqual(['001.txt', '002.txt']);
    expect(readFileSync(join(directory, mobile, '001.txt'), 'utf8')).toContain('인증번호');
  });

  it('finishes under its number a message that a power cut left half written', async () => {
    const jpeg = await picture(10, 10);
    await createMmsOutbox({ directory }).send(message({ jpeg }));
    rmSync(join(directory, mobile, '001.txt'));
    writeFileSync(join(directory, mobile, '001.jpg'), 'half a pict');
    expect(await createMmsOutbox({ directory }).listMessages(mobile)).toEqual([]);
    const outbox = createMmsOutbox({ directory });
    await outbox.send(message({ idempotencyKey: 'another' }));
    await outbox.send(message({ jpeg }));
    expect(filesOf(mobile)).toEqual(['001.jpg', '001.txt', '002.txt']);
    expect((await outbox.readJpeg(mobile, 1))?.equals(jpeg)).toBe(true);
  });

  it('gives each of many messages at once its own number', async () => {
    const outbox = createMmsOutbox({ directory });
    const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
    await Promise.all([...keys, ...keys].map((idempotencyKey) => outbox.send(message({ idempotencyKey }))));
    expect(filesOf(mobile)).toHaveLength(20);
    expect(filesOf(mobile)[19]).toBe('020.txt');
  });

  it.each([
    ['a way out of the folder', { toMobile: '../../etc/x' }, 'invalid_input'],
    ['letters', { toMobile: '010abcd5678' }, 'invalid_input'],
    ['two lines of subject', { subject: 'a\nb' }, 'invalid_input'],
    ['a subject above 40 bytes', { subject: '가'.repeat(21) }, 'too_large'],
    ['a text above 2,000 bytes', { text: '가'.repeat(1_001) }, 'too_large'],
    ['what is no picture', { jpeg: Buffer.from('GIF89a') }, 'invalid_input'],
    ['more than 200 KB', { jpeg: Buffer.alloc(maxMmsJpegBytes + 1) }, 'too_large'],
  ])('refuses %s', async (_what, change, code) => {
    const outbox = createMmsOutbox({ directory });
    await expect(outbox.send(message(change))).rejects.toMatchObject({ code });
    expect(readdirSync(directory)).toEqual([]);
  });

  it.each([
    [1500, 1440, undefined],
    [1501, 100, 'too_large'],
    [100, 1441, 'too_large'],
  ])('knows the size of a picture: %d × %d', async (width, height, code) => {
    const jpeg = await picture(width, height);
    const sent = createMmsOutbox({ directory }).send(message({ jpeg }));
    if (code === undefined) await sent;
    else await expect(sent).rejects.toMatchObject({ code });
  });

  it('refuses a picture of another kind', async () => {
    const sent = createMmsOutbox({ directory }).send(message({ jpeg: await picture(10, 10, 'png') }));
    await expect(sent).rejects.toMatchObject({ code: 'invalid_input' });
  });

  it('asks to try again when it cannot write, and can when it is asked', async () => {
    writeFileSync(join(directory, mobile), 'a file where the folder should be');
    const outbox = createMmsOutbox({ directory });
    await expect(outbox.send(message())).rejects.toMatchObject({ code: 'upstream_unavailable' });
    rmSync(join(directory, mobile));
    await outbox.send(message());
    expect(filesOf(mobile)).toEqual(['001.txt']);
  });

  it.each(['..', 'x', '0101234567890123'])('does not look for a phone called %s', async (name) => {
    const outbox = createMmsOutbox({ directory });
    await expect(outbox.listMessages(name)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(outbox.readJpeg(name, 1)).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('openPhoneFolder', () => {
  it('keeps so many messages, and forgets the oldest', async () => {
    const path = join(directory, mobile);
    const first = await openPhoneFolder(path);
    await first.add(message({ idempotencyKey: 'old' }));
    // As if as many had come since.
    writeFileSync(join(path, '.ids', `${keptMessages}-${'A'.repeat(43)}`), '');
    writeFileSync(join(path, `${keptMessages}.txt`), 'subject\n\ntext\n');
    await (await openPhoneFolder(path)).add(message({ idempotencyKey: 'new' }));
    expect(existsSync(join(path, '001.txt'))).toBe(false);
    expect(filesOf(mobile)).toEqual([`${keptMessages}.txt`, `${keptMessages + 1}.txt`]);
    expect(readdirSync(join(path, '.ids'))).toHaveLength(2);
  });
});
