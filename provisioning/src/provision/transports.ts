import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { copyFile, rename } from 'node:fs/promises';
import { runProgram } from './run-program.ts';
import type { Transport } from './transport.ts';

const copyMs = 600_000;

/** This machine. */
export function createLocalTransport(): Transport {
  return {
    name: 'this machine',
    run: ([command, ...args], options) => runProgram(command, args, options),
    async put(localPath, remotePath) {
      await copyFile(localPath, `${remotePath}.part`);
      await rename(`${remotePath}.part`, remotePath);
    },
  };
}

/** For the shell that sshd runs the command with: every argument in single quotes. */
const quoteForShell = (argument: string): string => `'${argument.replaceAll("'", "'\\''")}'`;

export interface SshOptions {
  /** `user@host` or an alias of ssh_config(5). */
  destination: string;
  port?: number;
  /** Name or path of `ssh`. */
  command?: string;
}

/**
 * Another machine, by the system's own `ssh`, so by the technician's own keys, agent and known hosts. It asks nothing:
 * a password or an unknown host key is a failure with ssh's words (`BatchMode`).
 */
export function createSshTransport({ destination, port, command = 'ssh' }: SshOptions): Transport {
  const base = [
    ...[
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=15',
      '-o',
      'ServerAliveInterval=15',
      '-o',
      'ServerAliveCountMax=4',
    ],
    ...(port === undefined ? [] : ['-p', String(port)]),
    '--',
    destination,
  ];
  const remote = (args: readonly string[]): string[] => [...base, args.map(quoteForShell).join(' ')];
  return {
    name: destination,
    run: (args, options) => runProgram(command, remote(args), options),
    put(localPath, remotePath) {
      const part = quoteForShell(`${remotePath}.part`);
      const script = `cat > ${part} && mv ${part} ${quoteForShell(remotePath)}`;
      return pipeInto(localPath, command, [...base, script]);
    },
  };
}

/** A package is larger than what a program's input is kept in memory for. */
async function pipeInto(localPath: string, command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'], timeout: copyMs, killSignal: 'SIGKILL' });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-1_000);
  });
  child.stdin.on('error', () => undefined);
  const source = createReadStream(localPath);
  source.on('error', (error) => {
    said = error.message;
    child.kill('SIGKILL');
  });
  source.pipe(child.stdin);
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      said = error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the copy ended with ${code ?? 'a signal'}: ${said.trim()}`);
}
