import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBox } from './box.ts';
import { listCheckSteps } from './check.ts';
import { listApplySteps } from './claim.ts';
import { listDecommissionSteps } from './decommission.ts';
import { listHandOverSteps } from './hand-over.ts';
import { listInstallSteps } from './install.ts';
import { runSteps } from './run-steps.ts';
import { openStateFile } from './state-file.ts';
import type { Step, StepEvent } from './steps.ts';
import { createFakeBox, type FakeBox } from './testing/fake-box.ts';
import { claimText, createFakeOperator, type FakeOperator } from './testing/fake-operator.ts';

let folder: string;
let fake: FakeBox;
let operator: FakeOperator;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'provision-'));
  fake = createFakeBox();
  operator = createFakeOperator();
  writeFileSync(join(folder, 'scanpay-box_1.2.3_arm64.deb'), 'package');
  writeFileSync(join(folder, 'box.json'), '{}');
});
afterEach(() => rmSync(folder, { recursive: true }));

const box = () => createBox(fake, { usesSudo: true, serviceUser: 'scanpay', deviceCommand: ['scanpay-device'] });
const stateFile = (): string => join(folder, 'state.json');
async function run(steps: readonly Step[], { isDryRun = false, order = 'o' } = {}) {
  const events: StepEvent[] = [];
  const state = openStateFile(stateFile(), order);
  const outcome = await runSteps(steps, { isDryRun, state, onEvent: (event) => void events.push(event) });
  const ends = events.filter(({ event }) => event !== 'began').map(({ step, event }) => `${step} ${event}`);
  return { ...outcome, ends };
}
const install = (name = 'scanpay-box_1.2.3_arm64.deb'): Step[] =>
  listInstallSteps(box(), { debFile: join(folder, name), configFile: join(folder, 'box.json') });
const decommission = (differing = {}): Step[] =>
  listDecommissionSteps(box(), operator, { isForced: false, leavesOff: false, ...differing });
const place = { deviceId: 'box-a', merchantId: 'm-a' };
const changes = /install|systemctl (?!is-active)|put |enrol|--destroy|hand-over/;

describe('install', () => {
  it('copies, installs, configures and starts; a second time there is nothing to do', async () => {
    expect(await run(install())).toMatchObject({
      ok: true,
      ends: ['reach done', 'copy-package done', 'install-package done', 'configure done', 'start-service done'],
    });
    expect(fake).toMatchObject({ installed: '1.2.3', isActive: true, isEnabled: true });
    expect(fake.files.get('/etc/scanpay/box.json')).toBe('{}');
    expect(fake.calls.find((call) => call.includes('apt-get'))).toContain('/var/tmp/scanpay-box_1.2.3_arm64.deb');
    rmSync(stateFile());
    const again = await run(install());
    expect(again.ends.filter((end) => end.endsWith('was-done'))).toHaveLength(3);
  });

  it('goes on where it was cut off, and does not do twice what was done', async () => {
    fake.failNext('apt-get', { exitCode: 100, stderr: 'E: held by another' });
    const first = await run(install());
    expect(first).toMatchObject({ ok: false, refused: { exitCode: 1 } });
    expect(first.refused?.message).toContain('held by another');
    fake.calls.length = 0;
    expect((await run(install())).ends).toEqual([
      ...['reach done', 'copy-package left-out', 'install-package done', 'configure done', 'start-service done'],
    ]);
    expect(fake.calls.some((call) => call.startsWith('put /var/tmp/scanpay-box_'))).toBe(false);
  });

  it('survives being killed between a step and its note', async () => {
    const killed = install().map((step): Step => {
      if (step.id !== 'copy-package') return step;
      return { ...step, run: (facts) => step.run(facts).then(() => Promise.reject(new Error('killed'))) };
    });
    expect((await run(killed)).ok).toBe(false);
    expect(await run(install())).toMatchObject({ ok: true, ends: expect.arrayContaining(['copy-package was-done']) });
  });

  it('changes nothing in a dry run', async () => {
    const dry = await run(install(), { isDryRun: true });
    expect(dry.ends).toEqual([
      ...['reach done', 'copy-package would', 'install-package would', 'configure would', 'start-service would'],
    ]);
    expect(fake.calls.filter((call) => changes.test(call))).toEqual([]);
    expect(() => readFileSync(stateFile())).toThrow();
  });

  it('refuses a package for another machine, and tells a box that is out of reach by its exit code', async () => {
    writeFileSync(join(folder, 'scanpay-box_1.2.3_amd64.deb'), 'package');
    expect(await run(install('scanpay-box_1.2.3_amd64.deb'))).toMatchObject({ refused: { exitCode: 1 } });
    fake.failNext('dpkg', { exitCode: 255, stderr: 'ssh: connect to host: No route to host' });
    const unreachable = await run(install());
    expect(unreachable).toMatchObject({ refused: { exitCode: 3 } });
    expect(unreachable.refused?.message).toContain('No route to host');
  });

  it('takes another order for another one', async () => {
    await run(install());
    expect((await run(install(), { order: 'other' })).ends).not.toContain('copy-package left-out');
  });
});

describe('claim', () => {
  it('gives the box its claim by standard input, in no argument, and only once', async () => {
    await run(listApplySteps(box(), operator, place));
    expect(fake.claims).toEqual([claimText]);
    expect(fake.calls.join()).not.toContain('SPE1');
    expect(readFileSync(stateFile(), 'utf8')).not.toContain('SPE1');
    rmSync(stateFile());
    expect((await run(listApplySteps(box(), operator, place))).ends).toEqual(['enrol was-done']);
    expect(operator.calls).toEqual(['claim box-a']);
  });

  it('says what the operator or the box refused', async () => {
    operator.setUp(false);
    expect(await run(listApplySteps(box(), operator, place))).toMatchObject({ refused: { exitCode: 3 } });
    operator.setUp(true);
    const said = { ok: false, code: 'claim_used', message: { ko: '가', en: 'used' }, detail: '' };
    fake.failNext('enrol', { stdout: JSON.stringify(said) });
    expect((await run(listApplySteps(box(), operator, place))).refused).toMatchObject({ message: 'used (claim_used)' });
  });
});

describe('check and hand-over', () => {
  it('shows the box’s own report', async () => {
    fake.deviceId = 'box-a';
    const shown: string[] = [];
    const steps = listCheckSteps(box(), (_report, text) => void shown.push(text));
    expect(await run(steps)).toMatchObject({ ok: true, facts: { deviceId: 'box-a' } });
    expect(shown[0]).toContain('box-a: 1 ok');
  });

  it('keeps the signature until the operator has it: the slip is not printed twice', async () => {
    operator.setUp(false);
    const steps = () => listHandOverSteps(box(), operator, '김기사');
    expect(await run(steps())).toMatchObject({ ok: false, ends: ['sign done', 'record refused'] });
    operator.setUp(true);
    expect(await run(steps())).toMatchObject({ ok: true, ends: ['sign left-out', 'record done'] });
    expect(operator.calls).toEqual(['hand-over a.b.c']);
    expect(fake.calls.filter((call) => call.includes('--hand-over'))).toHaveLength(1);
  });
});

describe('decommission', () => {
  beforeEach(() => {
    fake.deviceId = 'box-a';
    fake.isActive = true;
  });

  it('stops, revokes, destroys and leaves a box that waits for its next claim', async () => {
    expect(await run(decommission())).toMatchObject({ ok: true });
    expect(operator.calls).toEqual(['revoke box-a']);
    expect(fake).toMatchObject({ deviceId: null, isActive: true });
    rmSync(stateFile());
    expect((await run(decommission())).ends).toContain('revoke was-done');
  });

  it('refuses while payments are open, unless it is forced', async () => {
    fake.open = 2;
    const refused = await run(decommission());
    expect(refused).toMatchObject({ ok: false, ends: ['drained refused'] });
    expect(refused.refused?.ko).toContain('not_drained');
    expect(fake).toMatchObject({ deviceId: 'box-a', isActive: true });
    expect(operator.calls).toEqual([]);
    expect(await run(decommission({ isForced: true }))).toMatchObject({ ok: true });
    expect(fake.deviceId).toBeNull();
  });

  it('lets the box run on when a payment came in while it was stopped', async () => {
    const steps = decommission();
    const original = fake.run;
    fake.run = async (args, options) => {
      if (args.join(' ').includes('systemctl stop')) fake.open = 1;
      return original(args, options);
    };
    expect(await run(steps)).toMatchObject({ ok: false, ends: ['drained done', 'stop refused'] });
    expect(fake).toMatchObject({ deviceId: 'box-a', isActive: true });
    expect(operator.calls).toEqual([]);
  });

  it('destroys no keys before the operator has revoked them, and goes on there', async () => {
    operator.setUp(false);
    expect(await run(decommission())).toMatchObject({ refused: { exitCode: 3 } });
    expect(fake.deviceId).toBe('box-a');
    operator.setUp(true);
    expect(await run(decommission({ leavesOff: true }))).toMatchObject({
      ok: true,
      ends: ['drained done', 'stop left-out', 'revoke done', 'destroy done', 'disable done'],
    });
  });
});
