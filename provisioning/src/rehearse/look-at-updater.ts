import type { Machine } from './machine.ts';
import { startService } from './start-service.ts';
import { waitFor } from './wait-for.ts';

const deadlineMs = 2 * 60_000;
const unit = 'scanpay-updater.service';
const boxPid = ['systemctl', 'show', 'scanpay-box.service', '--property=MainPID', '--value'];
/** As the updater asks it. */
const askBox = `require('node:http').get({ socketPath: '/var/lib/scanpay-updates/box.sock', path: '/health' }, (answer) => {
  answer.pipe(process.stdout);
})`;

/**
 * What box and updater may do to each other, tried as their users: the updater asks the box how it is and has it started
 * again, and the box cannot change its own program.
 *
 * @throws Error when something is refused that must not be, or the other way round.
 */
export async function lookAtUpdater(machine: Machine, isEmulated: boolean): Promise<string> {
  const as = (user: string, ...command: string[]): Promise<string> =>
    machine.run('setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', ...command);
  await startService(machine, unit, isEmulated);
  const confirmed = await machine.run('readlink', '/opt/scanpay/confirmed');
  const health = await waitFor('an answer of the box to its updater', deadlineMs, () =>
    as('scanpay-updater', '/opt/scanpay/confirmed/bin/node', '-e', askBox),
  );
  const { version } = JSON.parse(health) as { version: string };
  for (const path of ['/opt/scanpay/current/release.json', '/opt/scanpay/new', '/var/lib/scanpay-updater/new']) {
    const could = await as('scanpay', 'touch', path).then(
      () => true,
      () => false,
    );
    if (could) throw new Error(`the box can write ${path}`);
  }
  const before = await machine.run(...boxPid);
  await as('scanpay-updater', 'touch', '/var/lib/scanpay-updater/restart');
  await waitFor('the box, restarted for its updater', deadlineMs, async () => {
    const state = await machine.run('systemctl', 'show', 'scanpay-box.service', '--property=ActiveState', '--value');
    const pid = await machine.run(...boxPid);
    return state === 'active' && pid !== '0' && pid !== before ? pid : undefined;
  });
  const restarts = await machine.run('systemctl', 'show', unit, '--property=ActiveState,NRestarts', '--value');
  if (!/^active$/m.test(restarts) || !/^0$/m.test(restarts)) throw new Error(`${unit} does not rest: ${restarts}`);
  return `confirms ${confirmed.replace('releases/', '')}; is told that ${version} runs; restarted process ${before}`;
}
