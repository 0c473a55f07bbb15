import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import type { WifiNetwork, WifiSetter } from '../../ports/wifi-setter.ts';

export interface NmcliOptions {
  /** Name or path of `nmcli`. */
  command?: string;
  /** Where the password stands while it is handed over, in a file of its own: a folder in memory, such as below /run. */
  secretsDir: string;
  /** How long NetworkManager may take to join. */
  joinMs?: number;
}

interface Outcome {
  /** Null: it could not run, or was ended at its deadline. */
  exitCode: number | null;
  message: string;
}

/** The profile that holds, and the one that is tried. */
const kept = 'scanpay-wifi';
const tried = 'scanpay-wifi-try';
const callMs = 10_000;
const maxOutputBytes = 64 * 1024;

/**
 * Wi-Fi by NetworkManager's `nmcli` (1.20 or later; nmcli(1)), run without a shell. The password is in no argument, which
 * anybody on the machine could read: it goes by `passwd-file`, which `nmcli` hands to NetworkManager as an agent would,
 * and NetworkManager keeps it with the profile. The box's user needs the polkit rule in `systemd/`.
 */
export function createNmcliWifi({ command = 'nmcli', secretsDir, joinMs = 45_000 }: NmcliOptions): WifiSetter {
  const run = (args: readonly string[], waitMs = callMs): Promise<Outcome> => runNmcli(command, args, waitMs);
  const drop = (profile: string): Promise<Outcome> => run(['connection', 'delete', 'id', profile]);
  return {
    async join(network) {
      // One that a power cut left behind.
      await drop(tried);
      const added = await run(addArguments(network));
      if (added.exitCode !== 0) return judgeFailure(added);
      const up = await withSecrets(secretsDir, network, (passwordArguments) =>
        run(
          ['--wait', String(Math.ceil(joinMs / 1000)), 'connection', 'up', 'id', tried, ...passwordArguments],
          joinMs + callMs,
        ),
      );
      if (up.exitCode !== 0) {
        await drop(tried);
        return judgeFailure(up);
      }
      await drop(kept);
      const named = ['connection.id', kept, 'connection.autoconnect', 'yes'];
      const renamed = await run(['connection', 'modify', 'id', tried, ...named]);
      return renamed.exitCode === 0 ? accept(undefined) : judgeFailure(renamed);
    },
  };
}

/** Not brought up by itself before its password is known. */
function addArguments({ ssid, security, hidden }: WifiNetwork): string[] {
  const keys = { wpa: 'wpa-psk', sae: 'sae', open: null };
  const keyManagement = keys[security];
  return [
    ...['connection', 'add', 'type', 'wifi', 'con-name', tried, 'ifname', '*', 'ssid', ssid],
    ...['802-11-wireless.hidden', hidden ? 'yes' : 'no', 'connection.autoconnect', 'no'],
    ...(keyManagement === null ? [] : ['802-11-wireless-security.key-mgmt', keyManagement]),
  ];
}

async function withSecrets(
  secretsDir: string,
  { password }: WifiNetwork,
  task: (passwordArguments: string[]) => Promise<Outcome>,
): Promise<Outcome> {
  if (password === null) return task([]);
  let folder: string;
  try {
    folder = await mkdtemp(join(secretsDir, 'wifi-'));
  } catch (error) {
    return { exitCode: null, message: (error as Error).message };
  }
  try {
    const file = join(folder, 'password');
    await writeFile(file, `802-11-wireless-security.psk:${escapeSecret(password)}\n`, { mode: 0o600, flag: 'wx' });
    return await task(['passwd-file', file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `nmcli` undoes C escapes in a value, and takes bare blanks from its ends. */
function escapeSecret(password: string): string {
  return password.replaceAll('\\', '\\\\').replace(/^ | $/g, '\\040');
}

function runNmcli(command: string, args: readonly string[], waitMs: number): Promise<Outcome> {
  const options = {
    timeout: waitMs,
    killSignal: 'SIGKILL',
    maxBuffer: maxOutputBytes,
    // Its messages in English, whatever the machine speaks.
    env: { ...process.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en' },
  } as const;
  return new Promise((resolve) => {
    execFile(command, [...args], options, (error, _stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, message: '' });
      const exitCode = typeof error.code === 'number' ? error.code : null;
      const lines = stderr.trim().split('\n');
      // Not the error's own message: that holds the arguments.
      const message =
        lines.at(-1) || (error.killed ? `no end within ${waitMs} ms` : String(error.code ?? error.signal));
      resolve({ exitCode, message: message.slice(0, 300) });
    });
  });
}

/** Exit codes are those of nmcli(1), reasons those of NMDeviceStateReason (7: no secrets, 53: SSID not found). */
function judgeFailure({ exitCode, message }: Outcome): Result<void> {
  if (exitCode === null && /^ENOENT|^EACCES/.test(message)) return refuse('wifi_unavailable', `nmcli: ${message}`);
  if (exitCode === 8 || /no suitable device|not authorized|insufficient privileges/i.test(message)) {
    return refuse('wifi_unavailable', message);
  }
  if (/secrets were required|\(7\)/i.test(message)) return refuse('wifi_password_wrong', message);
  if (/could not be found|no network with ssid|\(53\)/i.test(message)) return refuse('wifi_not_found', message);
  return refuse('wifi_failed', message);
}
