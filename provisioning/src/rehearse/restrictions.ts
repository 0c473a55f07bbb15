import type { Machine } from './machine.ts';

/** What the kernel says of a process (`/proc/PID/status`), as it must be. */
const expected: Readonly<Record<string, RegExp>> = {
  NoNewPrivs: /^1$/,
  // A filter of system calls is on.
  Seccomp: /^2$/,
  CapEff: /^0+$/,
  CapBnd: /^0+$/,
  // Not root, by none of its four ids.
  Uid: /^([1-9][0-9]*)(\s+[1-9][0-9]*){3}$/,
};

/**
 * Looks at the running service from outside: its rights, and what it can see of the machine.
 *
 * @returns what holds, and what this environment did not apply
 * @throws Error when the service has a right that its unit takes away.
 */
export async function findRestrictions(machine: Machine, unit: string): Promise<string> {
  const pid = await machine.run('systemctl', 'show', unit, '--property=MainPID', '--value');
  const status = await machine.run('cat', `/proc/${pid}/status`);
  const facts = new Map(status.split('\n').map((line) => line.split(/:\s+/, 2) as [string, string]));
  const wrong = Object.entries(expected).filter(([name, pattern]) => !pattern.test(facts.get(name)?.trim() ?? ''));
  if (wrong.length > 0) throw new Error(wrong.map(([name]) => `${name}: ${facts.get(name)}`).join(', '));
  // Its own mount namespace, entered as its own user would see it.
  const see = (script: string) => machine.run('nsenter', '--target', pid, '--mount', '--', 'sh', '-c', script);
  const readOnly = await see('for d in /usr /etc /var; do touch $d/.probe 2>/dev/null && echo $d; done; true');
  if (readOnly !== '') throw new Error(`can be written: ${readOnly.replaceAll('\n', ' ')}`);
  const namespaces = await machine.run(
    'sh',
    '-c',
    `for n in mnt ipc user; do [ "$(readlink /proc/1/ns/$n)" = "$(readlink /proc/${pid}/ns/$n)" ] && echo $n; done; true`,
  );
  const missing = namespaces === '' ? 'all' : `all but ${namespaces.replaceAll('\n', ' ')}`;
  return `no rights, system calls filtered, /usr /etc /var read-only; own namespaces (mnt ipc user): ${missing}`;
}
