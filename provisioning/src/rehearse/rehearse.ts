import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pickFreePort } from '@scanpay/shared/testing/free-port.ts';
import { createClerk } from '../demo/clerk.ts';
import { registerClaim } from '../demo/enrol.ts';
import { demoDeviceId, demoMerchant } from '../demo/identities.ts';
import { buildPackage } from '../package/build-package.ts';
import { box } from '../package/products.ts';
import type { Target } from '../package/targets.ts';
import { type CounterWorld, startCounterWorld } from './counter-world.ts';
import { copyDebian, provideDebian } from './debian-folder.ts';
import { allowForeignPrograms } from './foreign-programs.ts';
import { lookAtUpdater } from './look-at-updater.ts';
import { bootMachine, type Machine } from './machine.ts';
import { findRestrictions } from './restrictions.ts';
import { startService } from './start-service.ts';
import { createStepKeeper, type DoneStep } from './steps.ts';
import { waitFor } from './wait-for.ts';

const bootDeadlineMs = 5 * 60_000;
const startDeadlineMs = 3 * 60_000;
const saleDeadlineMs = 60_000;
const unit = 'scanpay-box.service';
const scannerInside = '/dev/scanpay/scanner';

/**
 * From a bare Debian to the first sale: the package is built and installed, the service started under its unit by a real
 * systemd, the box claimed, and a coupon sold by scans through a pseudo-terminal. The cloud runs on this machine.
 *
 * @param onStep told of each step when it is done
 * @throws Error that names the step that failed.
 */
export async function rehearse(options: {
  root: string;
  target: Target;
  /** Emptied before and after. */
  workDir: string;
  /** A package that has been built already. */
  deb?: string;
  onStep: (step: DoneStep) => void;
}): Promise<void> {
  const { root, target, workDir, onStep } = options;
  const isEmulated = target.npmCpu !== process.arch;
  const { step } = createStepKeeper(() => performance.now(), onStep);
  const undo: (() => Promise<void>)[] = [];
  const later = <T extends { stop(): Promise<void> }>(part: T): T => {
    undo.push(() => part.stop());
    return part;
  };
  const folder = join(workDir, 'machine');
  rmSync(workDir, { recursive: true, force: true });
  mkdirSync(workDir, { recursive: true });
  try {
    let deb = options.deb ?? '';
    await step('build the package', async () => {
      if (deb === '') deb = await buildBox(root, target, workDir);
      return basename(deb);
    });
    await step('make a Debian', async () => {
      if (isEmulated) {
        const forbid = await allowForeignPrograms();
        undo.push(async () => forbid());
      }
      await copyDebian(await provideDebian(root, target), folder);
      return isEmulated ? 'by QEMU user emulation' : 'native';
    });
    const world = later(await startCounterWorld(join(workDir, 'cloud')));
    let machine: Machine | undefined;
    const inside = (): Machine => {
      if (machine === undefined) throw new Error('the machine is not up');
      return machine;
    };
    await step('boot it', async () => {
      const devices = [{ from: world.scannerPath, to: scannerInside }];
      machine = later(await bootMachine({ folder, devices, deadlineMs: bootDeadlineMs }));
      return inside()
        .run('systemctl', '--version')
        .then((said) => said.split('\n')[0] ?? '');
    });
    const counterPort = await pickFreePort();
    await step('install the package', async () => {
      copyFileSync(deb, join(folder, 'root', basename(deb)));
      await inside().run('dpkg', '--force-unsafe-io', '--install', join('/root', basename(deb)));
      return inside().run('dpkg-query', '--show', 'scanpay-box');
    });
    await step('configure it', async () => {
      writeFileSync(join(folder, 'etc/scanpay/box.json'), JSON.stringify(makeConfig(world, counterPort), null, 2));
      return `printer and counter page at ports ${world.printerPort} and ${counterPort}`;
    });
    await step('start the service', async () => {
      const dropped = await startService(inside(), unit, isEmulated);
      const status = await inside().run('systemctl', 'show', unit, '--property=StatusText', '--value');
      return dropped.length === 0 ? `${status}; as its unit says` : `${status}; left out: ${dropped.join(', ')}`;
    });
    await step('look at its restrictions', () => findRestrictions(inside(), unit, isEmulated));
    await step('claim a place by a scan', () => claimByScan(world, counterPort));
    await step('sell a coupon', () => sellCoupon(world, counterPort));
    // A box without an identity has nothing to tell its updater.
    await step('look at its updater', () => lookAtUpdater(inside(), isEmulated));
    await step('kill it, and see it back', () => killAndSeeBack(inside(), counterPort));
    await step('remove it, and see what stays', () => removeInside(inside()));
  } finally {
    for (const end of undo.reverse()) await end().catch((error: unknown) => console.error(String(error)));
    rmSync(workDir, { recursive: true, force: true });
  }
}

async function buildBox(root: string, target: Target, outDir: string): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const how = { pressing: 'fast', withArchive: false, log: () => undefined } as const;
  return (await buildPackage({ root, outDir, product: box, target, version, ...how })).deb;
}

function makeConfig({ printerPort }: CounterWorld, counterPort: number): object {
  return {
    dataDir: '/var/lib/scanpay',
    scanners: [{ kind: 'serial', path: scannerInside }],
    light: { kind: 'log' },
    printer: { kind: 'tcp', host: '127.0.0.1', port: printerPort },
    counter: { port: counterPort },
    updates: { box: '/var/lib/scanpay-updates', updater: '/var/lib/scanpay-updater' },
  };
}

/** The operator's staff registers the place; the box's own scanner reads the claim, and its printer prints the first slip. */
async function claimByScan(world: CounterWorld, counterPort: number): Promise<string> {
  const { merchantId } = demoMerchant;
  const claim = await registerClaim(world.operatorUrl, { deviceId: demoDeviceId, merchantId });
  await world.scan(claim);
  await waitUntilReady(counterPort);
  const slip = await waitFor('the first slip', saleDeadlineMs, async () => world.slips.at(-1));
  return `${demoDeviceId} at ${merchantId}; first slip of ${slip.length} bytes`;
}

async function waitUntilReady(counterPort: number): Promise<void> {
  const clerk = createClerk(`http://127.0.0.1:${counterPort}`);
  await waitFor('the box', startDeadlineMs, async () => ((await clerk.look()).light === 'ready' ? true : undefined));
}

/** A sale by card: entered at the counter, paid by a scan, and its receipt in the printer's bytes. */
async function sellCoupon(world: CounterWorld, counterPort: number): Promise<string> {
  const clerk = createClerk(`http://127.0.0.1:${counterPort}`);
  const printedBefore = world.slips.length;
  const traveller = { name: '홍길동', mobile: '01012345678', offers: [{ offerId: 'o-seafood-set', headcount: 2 }] };
  const coupon = await world.travellers.getCoupon(traveller);
  await clerk.enterSale({ tender: 'card', listAmountWon: 50_000, headcount: 2 });
  await world.scan(coupon.barcode);
  const shown = await clerk.waitFor('approved', 'declined', 'unknown', 'recheck');
  if (shown.kind !== 'approved') throw new Error(`the counter shows ${JSON.stringify(shown)}`);
  const slip = await waitFor('the receipt', saleDeadlineMs, async () => world.slips[printedBefore]);
  return `${shown.kind}; receipt of ${slip.length} bytes`;
}

async function killAndSeeBack(machine: Machine, counterPort: number): Promise<string> {
  const mainPid = async () => machine.run('systemctl', 'show', unit, '--property=MainPID', '--value');
  const before = await mainPid();
  await machine.run('systemctl', 'kill', '--signal=SIGKILL', unit);
  const after = await waitFor('the service', startDeadlineMs, async () => {
    const state = await machine.run('systemctl', 'show', unit, '--property=ActiveState', '--value');
    const pid = await mainPid();
    return state === 'active' && pid !== '0' && pid !== before ? pid : undefined;
  });
  await waitUntilReady(counterPort);
  return `process ${before}, then ${after}`;
}

async function removeInside(machine: Machine): Promise<string> {
  await machine.run('dpkg', '--remove', 'scanpay-box');
  const kept = await machine.run('ls', '/var/lib/scanpay', '/etc/scanpay');
  if (!kept.includes('box.sqlite') || !kept.includes('box.json')) throw new Error(`lost on removal; left: ${kept}`);
  await machine.run('dpkg', '--purge', 'scanpay-box');
  const left = await machine.run('sh', '-c', 'ls -d /var/lib/scanpay* /etc/scanpay /opt/scanpay 2>/dev/null || true');
  if (left !== '') throw new Error(`left after purging: ${left}`);
  return 'journal and configuration stayed until purged';
}
