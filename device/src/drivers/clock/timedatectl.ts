import { execFile } from 'node:child_process';

const deadlineMs = 3_000;

/**
 * Whether the kernel says that NTP keeps the system clock: systemd reads `adjtimex(2)` (STA_UNSYNC) for it, whichever NTP
 * program runs, and the kernel takes the word back some hours after the last correction. Where systemd cannot be asked,
 * the answer is no.
 */
export function isNtpSynchronised(command = 'timedatectl'): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { timeout: deadlineMs, maxBuffer: 4_096, killSignal: 'SIGKILL' } as const;
    execFile(command, ['show', '--property=NTPSynchronized', '--value'], options, (error, stdout) => {
      resolve(error === null && stdout.trim() === 'yes');
    });
  });
}
