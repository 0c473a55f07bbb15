import type { Machine } from './machine.ts';

/** A restriction of the unit, and how it shows from outside the service. */
interface Restriction {
  name: string;
  holds(facts: Facts): boolean;
}

/** What the kernel says of the service and of the machine's first process. */
interface Facts {
  /** `/proc/PID/status`, by the name of the line. */
  status: ReadonlyMap<string, string>;
  initStatus: ReadonlyMap<string, string>;
  /** Mount points that cannot be written, of the service. */
  readOnly: ReadonlySet<string>;
  /** Kinds of namespaces that the service does not share with the machine. */
  ownNamespaces: ReadonlySet<string>;
}

const count = (status: ReadonlyMap<string, string>, name: string): number => Number(status.get(name) ?? 0);
const restrictions: readonly Restriction[] = [
  { name: 'not root', holds: ({ status }) => /^([1-9]\d*)(\s+[1-9]\d*){3}$/.test(status.get('Uid') ?? '') },
  { name: 'no capabilities', holds: ({ status }) => [status.get('CapEff'), status.get('CapBnd')].every(isZero) },
  { name: 'no new privileges', holds: ({ status }) => status.get('NoNewPrivs') === '1' },
  {
    name: 'system calls filtered',
    // The machine as a whole has a filter, too: the service's come on top.
    holds: ({ status, initStatus }) => count(status, 'Seccomp_filters') > count(initStatus, 'Seccomp_filters'),
  },
  { name: 'read-only system', holds: ({ readOnly }) => readOnly.has('/') },
  { name: 'kernel tunables read-only', holds: ({ readOnly }) => readOnly.has('/proc/sys') },
  ...['mnt', 'ipc', 'user'].map((kind) => ({
    name: `own ${kind} namespace`,
    holds: ({ ownNamespaces }: Facts) => ownNamespaces.has(kind),
  })),
];

/**
 * Looks at the running service from outside, for what its unit takes away from it.
 *
 * @param isEmulated what does not hold is only told of: an emulated kernel cannot do it all
 * @throws Error when one does not hold.
 */
export async function findRestrictions(machine: Machine, unit: string, isEmulated: boolean): Promise<string> {
  const pid = await machine.run('systemctl', 'show', unit, '--property=MainPID', '--value');
  const facts = await gatherFacts(machine, pid);
  const missing = restrictions.filter(({ holds }) => !holds(facts)).map(({ name }) => name);
  if (missing.length === 0) return restrictions.map(({ name }) => name).join(', ');
  if (!isEmulated) throw new Error(`does not hold: ${missing.join(', ')}`);
  const holding = restrictions.map(({ name }) => name).filter((name) => !missing.includes(name));
  return `${holding.join(', ')}; not here: ${missing.join(', ')}`;
}

async function gatherFacts(machine: Machine, pid: string): Promise<Facts> {
  const mounts = await machine.run('cat', `/proc/${pid}/mountinfo`);
  const namespaces = await machine.run('sh', '-c', `cd /proc/${pid}/ns && readlink mnt ipc user`);
  const shared = await machine.run('sh', '-c', 'cd /proc/1/ns && readlink mnt ipc user');
  const own = namespaces.split('\n').filter((name) => !shared.includes(name));
  return {
    status: await readStatus(machine, pid),
    initStatus: await readStatus(machine, '1'),
    // proc(5): the fifth field is the mount point, the sixth its own options.
    readOnly: new Set(
      mounts
        .split('\n')
        .map((line) => line.split(' '))
        .filter(([, , , , , options]) => options?.split(',').includes('ro'))
        .map(([, , , , point]) => point ?? ''),
    ),
    ownNamespaces: new Set(own.map((name) => name.split(':')[0] ?? '')),
  };
}

async function readStatus(machine: Machine, pid: string): Promise<ReadonlyMap<string, string>> {
  const text = await machine.run('cat', `/proc/${pid}/status`);
  return new Map(text.split('\n').map((line) => [line.split(':')[0] ?? '', line.split(':').slice(1).join(':').trim()]));
}

const isZero = (hex: string | undefined): boolean => /^0+$/.test(hex ?? '');
