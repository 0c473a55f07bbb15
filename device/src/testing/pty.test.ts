import { until } from '@scanpay/shared/testing/until.ts';
import { SerialPort } from 'serialport';
import { afterEach, describe, expect, it } from 'vitest';
import { openPtyPair, type PtyPair } from './pty.ts';

const everyByte = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function openPair(): Promise<PtyPair> {
  const pair = await openPtyPair();
  cleanups.push(() => pair.close());
  return pair;
}

async function openPort(path: string): Promise<SerialPort> {
  const port = new SerialPort({ path, baudRate: 115_200, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  cleanups.push(() => new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())));
  return port;
}

function collect(source: { on(event: 'data', cb: (bytes: Buffer) => void): unknown }): () => Buffer {
  const chunks: Buffer[] = [];
  source.on('data', (bytes) => chunks.push(bytes));
  return () => Buffer.concat(chunks);
}

describe('pty pair', () => {
  it('passes every byte value unchanged both ways', async () => {
    const pair = await openPair();
    const port = await openPort(pair.path);
    const atPort = collect(port);
    const atPair = collect({ on: (_event, cb) => pair.onData(cb) });

    await pair.write(everyByte);
    port.write(everyByte);

    await until(() => expect(atPort()).toEqual(everyByte));
    await until(() => expect(atPair()).toEqual(everyByte));
  });

  it('writes at once where time is measured', async () => {
    const pair = await openPair();
    const atPort = collect(await openPort(pair.path));
    pair.writeNow('8801234567890\r\n');
    await until(() => expect(atPort().toString()).toBe('8801234567890\r\n'));
    expect(() => {
      for (let line = 0; line < 1000; line += 1) pair.writeNow('x'.repeat(1024));
    }).toThrow();
  });

  it('does not echo what is sent before anyone opened the line', async () => {
    const pair = await openPair();
    const atPair = collect({ on: (_event, cb) => pair.onData(cb) });
    await pair.write('8801234567890\r\n');
    const port = await openPort(pair.path);
    port.write('only this');
    await until(() => expect(atPair().toString()).toBe('only this'));
  });

  it('carries more than the kernel buffers, in both directions at once', async () => {
    const pair = await openPair();
    const port = await openPort(pair.path);
    const atPort = collect(port);
    const atPair = collect({ on: (_event, cb) => pair.onData(cb) });
    const big = Buffer.concat(Array.from({ length: 256 }, () => everyByte));

    port.write(big);
    await pair.write(big);

    await until(() => expect(atPort().equals(big)).toBe(true));
    await until(() => expect(atPair().equals(big)).toBe(true));
  });

  it('survives the code under test closing and reopening the line', async () => {
    const pair = await openPair();
    const first = await openPort(pair.path);
    await new Promise<void>((resolve) => first.close(() => resolve()));
    const second = await openPort(pair.path);
    const atSecond = collect(second);
    await pair.write('again');
    await until(() => expect(atSecond().toString()).toBe('again'));
  });

  it('looks like an unplugged cable when closed', async () => {
    const pair = await openPair();
    const port = await openPort(pair.path);
    const atPort = collect(port);
    await pair.write('x');
    await until(() => expect(atPort().toString()).toBe('x'));
    const closed = new Promise<{ disconnected?: boolean } | null>((resolve) => port.once('close', resolve));
    pair.close();
    expect((await closed)?.disconnected).toBe(true);
    await expect(pair.write('x')).rejects.toThrow('closed');
  });
});
