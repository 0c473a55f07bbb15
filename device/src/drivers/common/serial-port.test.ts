import { until } from '@scanpay/shared/testing/until.ts';
import { describe, expect, it } from 'vitest';
import { openPtyPair } from '../../testing/pty.ts';
import { createSerialPort } from './serial-port.ts';

async function openPort(path: string) {
  const port = await createSerialPort({ path, baudRate: 9600 });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  const received: string[] = [];
  const closed: string[] = [];
  port.on('data', (bytes: Buffer) => received.push(bytes.toString()));
  port.on('close', (error: Error | null) => closed.push(error?.message ?? 'asked to'));
  return { port, received, closed };
}

describe('createSerialPort', () => {
  it('reads and writes', async () => {
    const pair = await openPtyPair();
    const { port, received, closed } = await openPort(pair.path);
    const answers: string[] = [];
    pair.onData((bytes) => answers.push(bytes.toString()));
    await pair.write('hello');
    port.write('world');
    await until(() => expect([received.join(''), answers.join('')]).toEqual(['hello', 'world']));
    await pair.write(' again');
    await until(() => expect(received.join('')).toBe('hello again'));
    await new Promise((resolve) => port.close(resolve));
    expect(closed).toEqual(['asked to']);
    pair.close();
  });

  it('closes when the line hangs up while it waits for bytes', async () => {
    const pair = await openPtyPair();
    const { received, closed } = await openPort(pair.path);
    await pair.write('hello');
    await until(() => expect(received.join('')).toBe('hello'));
    pair.close();
    await until(() => expect(closed).toHaveLength(1));
  });

  it('closes when the line has hung up before it reads', async () => {
    const pair = await openPtyPair();
    const { closed } = await openPort(pair.path);
    pair.close();
    await until(() => expect(closed).toEqual(['the line hung up']));
  });

  it('can be closed at any moment of a read', async () => {
    const pair = await openPtyPair();
    for (let round = 0; round < 100; round += 1) {
      const { port, closed } = await openPort(pair.path);
      for (let turn = 0; turn < round % 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => port.close(resolve));
      expect(closed).toEqual(['asked to']);
    }
    pair.close();
  });

  it.each([
    ['8N1', 8, 'none', 1],
    ['7E1', 7, 'even', 1],
    ['7O1', 7, 'odd', 1],
    ['8N2', 8, 'none', 2],
  ] as const)('sets %s', async (format, dataBits, parity, stopBits) => {
    const pair = await openPtyPair();
    const port = await createSerialPort({ path: pair.path, baudRate: 9600, format });
    expect(port.settings).toMatchObject({ dataBits, parity, stopBits, baudRate: 9600, autoOpen: false });
    pair.close();
  });

  it('says why a port cannot be opened', async () => {
    await expect(openPort('/dev/no-such-port')).rejects.toThrow(/no-such-port/);
  });
});
