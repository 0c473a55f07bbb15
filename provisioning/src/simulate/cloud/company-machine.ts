import type { Company } from '@scanpay/cloud/ports/ledger.ts';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import { describe } from '../box/box-machine.ts';
import type { SimBroker } from '../engine/broker.ts';
import type { Dice } from '../engine/dice.ts';
import { createDisk, type SimDisk } from '../engine/disk.ts';
import type { Callee, Network } from '../engine/network.ts';
import { createProcess, DeadProcessError, type SimProcess } from '../engine/process.ts';
import type { Timeline } from '../engine/timeline.ts';
import type { Weather } from '../engine/weather.ts';
import { createWireCall } from '../engine/wire-call.ts';
import type { Witness } from '../engine/witness.ts';
import { buildCard, buildPg, type CompanyGround, type SimCompany } from './companies.ts';
import { buildOperator } from './operator-company.ts';

/** A company and its database: what stays through a crash, and the life it leads now. */
export interface CompanyMachine {
  company: Company;
  disk: SimDisk;
  /** Null while it is down. */
  callee(): Callee | null;
  /** Puts a new life together; real time passes, simulated time must not: await it before the next step. */
  boot(): void;
  /** What a boot is waiting for; null: none is under way. */
  booting(): Promise<void> | null;
  crash(downMs: number): void;
}

export interface CompanyMachineGround {
  timeline: Timeline;
  dice: Dice;
  network: Network;
  broker: SimBroker;
  witness: Witness;
  weather(): Weather;
  restartMs(): number;
  machineOf(company: Company): CompanyMachine;
}

export function createCompanyMachine(company: Company, image: Buffer, ground: CompanyMachineGround): CompanyMachine {
  const { timeline, witness } = ground;
  let life: SimProcess | null = null;
  let running: Callee | null = null;
  let booting: Promise<void> | null = null;
  const disk = createDisk(image, {
    onCommit: (hasNewEntries) => hasNewEntries && witness.companyCommitted(company),
    onPowerCut: () => machine.crash(ground.restartMs()),
  });
  const machine: CompanyMachine = {
    company,
    disk,
    callee: () => (running?.life.isAlive() === true ? running : null),
    booting: () => booting,
    boot() {
      if (life?.isAlive() === true) return;
      const born = createProcess(company, timeline);
      life = born;
      booting = assemble(company, machine, born, ground)
        .then((built) => {
          const { link, receive } = built;
          running = { life: born, link, receive, askOpenly: createWireCall(receive) };
          witness.note(`${company} starts`);
          void built.start().catch((error: unknown) => endByItself(machine, born, error, ground));
        })
        .finally(() => {
          booting = null;
        });
    },
    crash(downMs) {
      if (life?.isAlive() !== true) return;
      witness.note(`${company} crashes for ${downMs} ms`);
      life.kill();
      running = null;
      disk.disarm();
      timeline.after(downMs, machine.boot);
    },
  };
  return machine;
}

/** It could not start: the disk was full, as a rule, and systemd tries again. */
function endByItself(machine: CompanyMachine, life: SimProcess, error: unknown, ground: CompanyMachineGround): void {
  if (!life.isAlive() || error instanceof DeadProcessError) return;
  if ((error as { code?: string }).code !== 'SQLITE_FULL') ground.witness.fatal(machine.company, error);
  machine.crash(ground.restartMs());
}

async function assemble(
  company: Company,
  machine: CompanyMachine,
  life: SimProcess,
  ground: CompanyMachineGround,
): Promise<SimCompany> {
  const { witness, network, dice, broker, weather } = ground;
  const log = (level: string) => (fields: object, text: string) => {
    if (life.isAlive()) witness.text(company, `${level} ${text} ${describe(fields)}`, false);
  };
  const callTo: CompanyGround['callTo'] = (to, link) => {
    const wire = network.call(
      { from: company, to },
      life,
      () => ground.machineOf(to).callee(),
      (text) => witness.text(`${company} to ${to}`, text, company === 'pg' && to === 'card'),
    );
    return createWireCall(wire, { to, link });
  };
  const companyGround: CompanyGround = {
    life,
    connection: machine.disk.attach(life),
    dice,
    mms: {
      async send({ text }) {
        witness.text('mms', text, false);
        if (dice.chance(weather().gatewayFault)) throw new ScanPayError('upstream_unavailable', 'the gateway is busy');
      },
    },
    log: { info: () => undefined, warn: log('warn'), error: log('error') },
    callTo,
  };
  if (company === 'pg') return buildPg(companyGround);
  if (company === 'card') return buildCard(companyGround);
  const operator = await buildOperator({
    ...companyGround,
    publish: (deviceId, channel, payload) => broker.publish(deviceId, channel, String(payload)),
  });
  broker.host({ life, onMessage: operator.onDeviceMessage });
  return operator;
}
