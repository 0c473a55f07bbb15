/** When a process under test is to lose power: at its n-th commit from the arming on, just before or just after it. */
export interface KillOrder {
  commit: number;
  side: 'before' | 'after';
}

/**
 * Counts commits and obeys orders that come over IPC: `{ kill: KillOrder }` arms, `{ count: true }` is answered with
 * `{ commits }` since the last arming. SIGKILL is what a power cut looks like to a process: no handler runs.
 */
export function createPowerSwitch() {
  let commits = 0;
  let order: KillOrder | null = null;
  process.on('message', (message) => {
    const asked = message as { kill?: KillOrder; count?: true };
    if (asked.kill !== undefined) {
      order = asked.kill;
      commits = 0;
    }
    if (asked.count) process.send?.({ commits });
  });
  const check = (side: KillOrder['side']): void => {
    if (order?.commit === commits && order.side === side) process.kill(process.pid, 'SIGKILL');
  };
  return {
    /** Wraps one commit. */
    around<T>(commit: () => T): T {
      commits += 1;
      check('before');
      const result = commit();
      check('after');
      return result;
    },
  };
}
