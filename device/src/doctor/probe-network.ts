import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { judgeNetwork } from '../core/doctor/judge-machine.ts';
import type { Finding } from '../core/doctor/report.ts';

/** `procNet`: `/proc/net`. Nothing is sent but the question for the name. */
export async function probeNetwork(host: string, procNet: string): Promise<Finding> {
  const addresses = Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address }) => address);
  const resolved = await lookup(host.replace(/^\[(.*)\]$/, '$1')).then(
    ({ address }) => ({ address }),
    (error: Error) => ({ problem: error.message }),
  );
  return judgeNetwork({ host, addresses, hasDefaultRoute: await hasDefaultRoute(procNet), resolved });
}

/** By the kernel's routing tables (proc(5)): a destination of zeros with a prefix of none, not over loopback. */
export async function hasDefaultRoute(procNet: string): Promise<boolean> {
  const read = (name: string): Promise<string> => readFile(`${procNet}/${name}`, 'utf8').catch(() => '');
  const [v4, v6] = await Promise.all([read('route'), read('ipv6_route')]);
  // Columns of `route`: interface, destination, gateway, flags, three counters, mask.
  const isDefault4 = /^(?!lo\s)\S+\s+00000000\s+\S+\s+\S+\s+\S+\s+\S+\s+\S+\s+00000000\b/m.test(v4);
  return isDefault4 || /^0{32} 00 .*\s(?!lo$)\S+$/m.test(v6);
}
