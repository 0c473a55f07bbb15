import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckId, type DoctorReport, DoctorReportSchema } from '@scanpay/device/core/doctor/report.ts';
import {
  createPrinterEmulator,
  type PrinterCondition,
  serveTcpPrinter,
} from '@scanpay/device/testing/printer-emulator.ts';
import { createParser } from '@scanpay/shared/schema.ts';
import { until } from '@scanpay/shared/testing/until.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeConfig } from '../demo/identities.ts';
import { startWorld, type World } from '../demo/world.ts';

const entry = fileURLToPath(new URL('../../../device/src/scanpay-device.ts', import.meta.url));
const ports = { sandbox: 0, pg: 0, operator: 0, card: 0, broker: 0, counter: 0 };
const parseReport = createParser(DoctorReportSchema);
let folder: string;
let world: World;
/** Where nobody listens: discard (RFC 863), below the ports that others are given meanwhile. */
const deadPort = 9;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  world = await startWorld({ dataDir: join(folder, 'data'), ports, boxesBy: 'token' });
}, 240_000);
afterAll(async () => {
  await world?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function runDoctor(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, 'doctor', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...texts })));
}

/** The box's own configuration, changed; by default with a counter page that nobody serves, as of a stopped box. */
function configWith(change: Record<string, unknown>): string {
  const own = JSON.parse(readFileSync(join(world.dataDir, 'config', 'box.json'), 'utf8'));
  return writeConfig(folder, 'doctor.json', { ...own, counter: { port: deadPort }, ...change });
}

async function examine(change: Record<string, unknown> = {}, ...flags: string[]) {
  const { code, stdout, stderr } = await runDoctor(['--config', configWith(change), '--json', ...flags]);
  expect(stderr).toBe('');
  const parsed = parseReport(JSON.parse(stdout));
  if (!parsed.ok) throw new Error(`${parsed.detail}: ${stdout}`);
  return { code, report: parsed.value };
}

const findingsOf = (report: DoctorReport, check: CheckId) =>
  report.checks.filter((result) => result.check === check).map(({ finding }) => finding);
const outcomesOf = (report: DoctorReport, check: CheckId) => findingsOf(report, check).map(({ outcome }) => outcome);
const faultsOf = (report: DoctorReport) =>
  report.checks.filter(({ finding }) => finding.outcome === 'fault').map(({ check }) => check);
const adviceOf = (report: DoctorReport, check: CheckId) =>
  findingsOf(report, check).flatMap(({ advice }) => advice.flatMap(({ ko, en }) => [ko, en]));

const brokerUrl = (port: number) => ({ url: `mqtt://127.0.0.1:${port}`, password: world.keys.boxToken });

describe('while the box service runs', { timeout: 180_000 }, () => {
  it('asks it for what it holds, and takes nothing from it', async () => {
    // The camera's program takes a while to start, and the printer is asked when it is used or looked after.
    await until(async () =>
      expect(await world.clerk.look()).toMatchObject({ camera: { kind: 'ready' }, printer: 'ok' }),
    );
    const { code, report } = await examine({ counter: { port: Number(new URL(world.counterUrl).port) } });
    expect(code).toBe(0);
    expect(outcomesOf(report, 'scanner')).toEqual(['ok', 'ok']);
    for (const check of ['service', 'light', 'printer', 'network', 'broker', 'login', 'clock', 'journal'] as const) {
      expect([check, ...outcomesOf(report, check)]).toEqual([check, 'ok']);
    }
    expect(findingsOf(report, 'login')[0]?.seen).toBe('the running box is connected');
    expect((await world.clerk.look()).light).toBe('ready');
  });

  it('names a serial line that is held, where it cannot know of the service', async () => {
    const { code, report } = await examine({ counter: { port: 0 } });
    expect(code).toBe(1);
    expect(findingsOf(report, 'scanner')[0]).toMatchObject({ outcome: 'fault', seen: /[Ll]ock/ });
    expect(adviceOf(report, 'scanner').join()).toMatch(/다른 프로그램이 장치를 쓰고 있습니다.*Another program holds/);
    expect(outcomesOf(report, 'login')).toEqual(['skipped']);
    expect((await world.clerk.look()).light).toBe('ready');
  });
});

describe('with the box service stopped', { timeout: 180_000 }, () => {
  beforeAll(() => world.running.box?.stop());

  it('finds everything well, and prints a slip when told to', async () => {
    const slips: Uint8Array[] = [];
    const printer = await serveTcpPrinter(createPrinterEmulator({ onReceipt: (bytes) => slips.push(bytes) }));
    try {
      const section = { kind: 'tcp', host: '127.0.0.1', port: printer.port };
      const { code, report } = await examine({ printer: section }, '--print');
      expect(faultsOf(report)).toEqual([]);
      expect(code).toBe(0);
      expect(outcomesOf(report, 'scanner')).toEqual(['ok', 'ok']);
      const well = ['service', 'light', 'printer', 'print', 'broker', 'login', 'clock', 'journal', 'versions'] as const;
      for (const check of well) expect([check, ...outcomesOf(report, check)]).toEqual([check, 'ok']);
      expect(findingsOf(report, 'clock')[0]?.seen).toMatch(/^drift .* ms/);
      expect(findingsOf(report, 'versions')[0]?.seen).toContain(`Node ${process.version}`);
      await until(() => expect(slips).toHaveLength(1));
    } finally {
      await printer.close();
    }
  });

  it('prints an aligned list for a person, and nothing on paper unasked', async () => {
    const { code, stdout } = await runDoctor(['--config', configWith({})]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^OK {7}box service +not running/m);
    expect(stdout).toMatch(/^OK {7}clock +drift .*\[시계\]$/m);
    expect(stdout).not.toContain('test print');
  });

  it('tells a scanner that is not there', async () => {
    const { code, report } = await examine({ scanners: [{ kind: 'serial', path: join(folder, 'no-scanner') }] });
    expect(code).toBe(1);
    expect(faultsOf(report)).toEqual(['scanner']);
    expect(adviceOf(report, 'scanner').join()).toMatch(/스캐너 케이블.*scanner’s cable/);
  });

  it('tells a camera whose program is not installed', async () => {
    const { code, report } = await examine({ scanners: [{ kind: 'camera', searchPath: folder }] });
    expect(code).toBe(1);
    expect(adviceOf(report, 'scanner').join()).toContain('rpicam-apps');
  });

  const printerFaults: [string, Partial<PrinterCondition>, RegExp][] = [
    ['paper out', { paperOut: true }, /용지가 없습니다.*The paper is out/],
    ['cover open', { coverOpen: true }, /덮개가 열려.*The cover is open/],
    ['silence', { silent: true }, /응답하지 않습니다.*does not answer/],
  ];
  it.each(printerFaults)('tells the printer’s fault: %s', async (_name, condition, words) => {
    const emulator = createPrinterEmulator({ onReceipt: () => undefined });
    emulator.set(condition);
    const printer = await serveTcpPrinter(emulator);
    try {
      const section = { kind: 'tcp', host: '127.0.0.1', port: printer.port };
      const { code, report } = await examine({ printer: section }, '--print');
      expect(code).toBe(1);
      expect(faultsOf(report)).toEqual(['printer']);
      expect(adviceOf(report, 'printer').join()).toMatch(words);
      expect(outcomesOf(report, 'print')).toEqual(['skipped']);
    } finally {
      await printer.close();
    }
  });

  it('tells a printer that is off', async () => {
    const { code, report } = await examine({ printer: { kind: 'tcp', host: '127.0.0.1', port: deadPort } });
    expect(code).toBe(1);
    expect(findingsOf(report, 'printer')).toMatchObject([{ outcome: 'fault', seen: /ECONNREFUSED/ }]);
  });

  it('tells a token the broker does not take', async () => {
    const { code, report } = await examine({ broker: { ...brokerUrl(world.brokerPort), password: 'wrong' } });
    expect(code).toBe(1);
    expect(faultsOf(report)).toEqual(['login']);
    expect(outcomesOf(report, 'clock')).toEqual(['skipped']);
  });

  it('tells a data folder that cannot be written', async () => {
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    const { code, report } = await examine({ dataDir: join(file, 'box') });
    expect(code).toBe(1);
    expect(faultsOf(report)).toEqual(['disk']);
    expect(adviceOf(report, 'disk').join()).toMatch(/dataDir 에 쓸 수 없습니다.*cannot be written/);
  });

  it('tells a journal that is none, and leaves it as it was', async () => {
    const dataDir = join(folder, 'broken');
    mkdirSync(dataDir);
    const journal = join(dataDir, 'box.sqlite');
    writeFileSync(journal, 'not a database, and longer than the header of one would be '.repeat(4));
    const before = readFileSync(journal);
    const { code, report } = await examine({ dataDir });
    expect(code).toBe(1);
    expect(faultsOf(report)).toEqual(['journal']);
    expect(readFileSync(journal).equals(before)).toBe(true);
  });

  it('ends with 2 and one line when there is no configuration to go by', async () => {
    for (const args of [
      [],
      ['--config', join(folder, 'gone.json')],
      ['--config', configWith({ printer: { kind: 'fax' } })],
    ]) {
      const { code, stdout, stderr } = await runDoctor([...args, '--json']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^configuration: .*\n$/);
    }
  });

  it('tells a broker that is down', async () => {
    await world.running.cloud?.stop();
    const { code, report } = await examine();
    expect(code).toBe(1);
    expect(faultsOf(report)).toEqual(['broker']);
    expect(outcomesOf(report, 'login')).toEqual(['skipped']);
    expect(adviceOf(report, 'broker').join()).toMatch(/브로커에 연결할 수 없습니다.*cannot be reached/);
  });
});
