import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** QEMU's machine protocol (docs/interop/qmp-spec.txt), as far as needed. */
export interface Monitor {
  /** Writes all the guest's state but its disks to a file; it stops at the end of that, and goes on when it is read back. */
  saveMemory(file: string): Promise<void>;
  close(): void;
}

const saveDeadlineMs = 120_000;
const lookEveryMs = 100;

interface Reply {
  return?: { status?: string };
  error?: { desc: string };
}

export async function createMonitor(path: string): Promise<Monitor> {
  const socket = connect(path);
  const replies: ((reply: Reply) => void)[] = [];
  let fail: (error: Error) => void = () => undefined;
  const lost = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  lost.catch(() => undefined);
  socket.on('error', (error) => fail(error));
  socket.on('close', () => fail(new Error('the monitor is gone')));
  createInterface({ input: socket }).on('line', (line) => {
    const message = JSON.parse(line) as Reply;
    if ('return' in message || 'error' in message) replies.shift()?.(message);
  });
  const run = async (execute: string, args: object = {}): Promise<Reply> => {
    const answer = new Promise<Reply>((resolve) => replies.push(resolve));
    socket.write(`${JSON.stringify({ execute, arguments: args })}\n`);
    const timeUp = delay(saveDeadlineMs, undefined, { ref: false }).then(() => {
      throw new Error(`QEMU does not answer to ${execute}`);
    });
    const reply = await Promise.race([answer, lost, timeUp]);
    if (reply.error !== undefined) throw new Error(`QEMU refuses ${execute}: ${reply.error.desc}`);
    return reply;
  };
  await run('qmp_capabilities');
  return {
    async saveMemory(file) {
      await run('migrate-set-parameters', { 'max-bandwidth': 2 ** 40 });
      await run('migrate', { uri: `exec:cat > '${file}'` });
      const deadline = Date.now() + saveDeadlineMs;
      for (;;) {
        const status = (await run('query-migrate')).return?.status;
        if (status === 'completed') return;
        if (status === 'failed' || Date.now() > deadline) throw new Error(`the memory is not saved: ${status}`);
        await delay(lookEveryMs);
      }
    },
    close: () => socket.destroy(),
  };
}
