import type { Machine } from './machine.ts';

/** What systemd says where a kernel is emulated and lacks something, and the restriction (one that is on or off) then left out. */
const relaxations: readonly (readonly [RegExp, string])[] = [
  [/Failed to set up IPC namespacing/, 'PrivateIPC'],
  [/Failed to set up user namespacing|Failed at step USER /, 'PrivateUsers'],
  [/Failed at step NAMESPACE/, 'PrivateMounts'],
];

/**
 * Starts a service, and waits until it says that it is ready.
 *
 * @param isEmulated restrictions that the emulated kernel refuses may be left out, one after the other
 * @returns the settings that were left out
 * @throws Error with the end of the service's log.
 */
export async function startService(machine: Machine, unit: string, isEmulated: boolean): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (;;) {
    try {
      await machine.run('systemctl', 'restart', unit);
      return dropped;
    } catch {
      const log = await machine.run('journalctl', '--unit', unit, '--no-pager', '--lines=12', '--output=cat');
      const next = relaxations.find(([words, setting]) => words.test(log) && !dropped.includes(setting));
      if (!isEmulated || next === undefined) throw new Error(`${unit} does not start:\n${log}`);
      dropped.push(next[1]);
      await override(machine, unit, dropped);
    }
  }
}

async function override(machine: Machine, unit: string, settings: readonly string[]): Promise<void> {
  const dir = `/run/systemd/system/${unit}.d`;
  const text = ['[Service]', ...settings.map((setting) => `${setting}=no`), ''].join('\n');
  await machine.run('systemctl', 'stop', unit);
  await machine.run('sh', '-c', `mkdir -p ${dir} && printf '%s' "$1" > ${dir}/emulated.conf`, 'sh', text);
  await machine.run('systemctl', 'daemon-reload');
  await machine.run('systemctl', 'reset-failed', unit);
}
