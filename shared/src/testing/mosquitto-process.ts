import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';

/** Debian keeps the broker outside the PATH of ordinary users. */
const environment = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };

export function isMosquittoInstalled(): boolean {
  const found = (program: string) => spawnSync(program, ['--help'], { env: environment }).error === undefined;
  return found('mosquitto') && found('mosquitto_passwd');
}

async function accepts(port: number): Promise<boolean> {
  const socket = createConnection({ host: '127.0.0.1', port });
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function waitForPorts(child: ChildProcess, listening: number[], output: () => string): Promise<void> {
  const check = (): void => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`mosquitto ended: ${output()}`);
  };
  for (const port of listening) {
    while (!(await accepts(port))) {
      check();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  check();
}

/** Runs Mosquitto as a child until `stop`; resolves when it accepts connections. */
export async function startMosquitto(
  configPath: string,
  listening: number[],
): Promise<{ pid: number; stop(): Promise<void> }> {
  const child = spawn('mosquitto', ['-c', configPath], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (text: Buffer): void => {
    output = (output + text.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  await waitForPorts(child, listening, () => output);
  return {
    pid: child.pid ?? 0,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
