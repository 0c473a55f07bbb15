import { createHash, randomBytes } from 'node:crypto';
import type { CommandId } from '@scanpay/shared/ids.ts';
import type { Command, CommandOutcome } from '@scanpay/shared/wire/command-messages.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { resultGraceMs } from '../../../core/commands/command-machine.ts';
import { createOperatorWorld, type OperatorWorld } from '../testing/operator-world.ts';
import type { TestBox } from '../testing/test-box.ts';

let world: OperatorWorld;
let box: TestBox;
const sessionOf = (digit: string) => `01a20958-0000-7000-8000-00000000000${digit}`;

beforeEach(async () => {
  world = await createOperatorWorld();
  box = await world.enrol('box-1');
});
afterEach(() => world.dispose());

const presence = async (online: boolean, session = '1') =>
  world.deliver(await box.seal({ type: 'presence', sessionId: sessionOf(session), online }));
const give = async (body: object, deviceId = 'box-1') => {
  const payload = { order: { kind: 'ping' }, requestedBy: '김담당', ...body };
  const reply = await world.role.app.inject({ method: 'POST', url: `/v1/devices/${deviceId}/commands`, payload });
  return { status: reply.statusCode, body: reply.json() };
};
const view = async (commandId: string) => (await world.role.app.inject(`/v1/commands/${commandId}`)).json();
const said = async (): Promise<Command[]> =>
  (await world.messages()).flatMap((each) => (each.type === 'command' ? each : []));
const answer = async (commandId: string, outcome: CommandOutcome, from = box) =>
  world.deliver(await from.seal({ type: 'command.result', commandId: commandId as CommandId, outcome }));
const done: CommandOutcome = { kind: 'done', result: { boxTimeMs: 1, upForMs: 2 }, attachment: null };

describe('commands at the operator', () => {
  it('go from queued to done, signed, with the box’s signed answer on record', async () => {
    await presence(true);
    const { body } = await give({});
    expect(body).toMatchObject({ state: 'sent', requestedBy: '김담당', deviceId: 'box-1' });
    expect(await said()).toMatchObject([
      { commandId: body.commandId, order: { kind: 'ping' }, expiresAtMs: body.expiresAtMs },
    ]);
    expect(world.sent.at(-1)?.channel).toBe('command');
    await answer(body.commandId, { kind: 'accepted' });
    expect(await view(body.commandId)).toMatchObject({ state: 'accepted', endedAtMs: null });
    await answer(body.commandId, done);
    expect(await view(body.commandId)).toMatchObject({
      state: 'done',
      result: { upForMs: 2 },
      resultJws: expect.stringMatching(/^eyJ/),
    });
    const list = (await world.role.app.inject('/v1/devices/box-1/commands')).json();
    expect(list).toMatchObject({ commands: [{ commandId: body.commandId }], next: null });
  });

  it('wait for a box that is away, also over a restart, until they expire', async () => {
    const first = (await give({ expiresInMs: 60_000 })).body;
    const second = (await give({ expiresInMs: 600_000 })).body;
    expect([first.state, await said()]).toEqual(['queued', []]);
    await world.reboot();
    await world.until(async () => (await view(first.commandId)).state === 'expired', 30_000);
    expect(await view(first.commandId)).toMatchObject({ code: 'command_expired' });
    await presence(true);
    await world.until(async () => (await said()).length > 0);
    expect((await said()).map(({ commandId }) => commandId)).toEqual([second.commandId]);
    expect(await view(second.commandId)).toMatchObject({ state: 'sent' });
  });

  it('are said again until the box has said what came of them, and then not any more', async () => {
    await presence(true);
    const { commandId } = (await give({})).body;
    await world.until(async () => (await said()).length >= 3, 30_000);
    await answer(commandId, { kind: 'accepted' });
    const before = (await said()).length;
    await world.until(async () => (await said()).length > before, 30_000);
    await answer(commandId, done);
    const after = (await said()).length;
    for (let sweep = 0; sweep < 3; sweep++) {
      world.scheduler.advance(30_000);
      await world.until(() => true);
    }
    expect(await said()).toHaveLength(after);
  });

  it('that the box took and never ended are given up after a grace; its late word still counts', async () => {
    await presence(true);
    const { commandId } = (await give({ expiresInMs: 1_000 })).body;
    await answer(commandId, { kind: 'accepted' });
    await presence(false);
    world.scheduler.advance(resultGraceMs);
    await world.until(async () => (await view(commandId)).state === 'failed', 30_000);
    expect(await view(commandId)).toMatchObject({ code: 'command_unanswered', resultJws: null });
    await answer(commandId, done);
    expect(await view(commandId)).toMatchObject({ state: 'done', code: null });
  });

  it('keep the first end the box told, whatever it says later', async () => {
    await presence(true);
    const { commandId } = (await give({})).body;
    await answer(commandId, { kind: 'failed', code: 'payment_open', detail: '' });
    await answer(commandId, done);
    await answer(commandId, { kind: 'accepted' });
    expect(await view(commandId)).toMatchObject({ state: 'failed', code: 'payment_open', result: null });
  });

  it('take no word from another box, and no replay for news', async () => {
    await presence(true);
    const stranger = await world.enrol('box-2');
    const { commandId } = (await give({})).body;
    await answer(commandId, done, stranger);
    expect(await view(commandId)).toMatchObject({ state: 'sent' });
    const forged = await stranger.seal({ type: 'command.result', commandId, outcome: done });
    await world.deliver({ ...forged, delivered: { ...forged.delivered, deviceId: box.deviceId } });
    expect(await view(commandId)).toMatchObject({ state: 'sent' });
    expect((await world.messages()).at(-1)).toMatchObject({ type: 'message.rejected', code: 'signature_invalid' });
  });

  it('wait for a box that is revoked, though nobody has said that it is gone', async () => {
    await presence(true);
    const { commandId } = (await give({})).body;
    expect(await said()).toHaveLength(1);
    await world.store.revokeBox(box.deviceId, world.nowMs(), 'signed');
    // Its last will, and the birth that the broker has retained, are signed with a key that is good no more.
    await presence(false);
    await presence(true);
    expect((await give({ expiresInMs: 60_000 })).body).toMatchObject({ state: 'queued' });
    await world.until(async () => (await view(commandId)).state === 'expired', 60_000);
    expect(await said()).toHaveLength(1);
    expect((await world.role.app.inject('/v1/devices/box-1')).json()).toMatchObject({ online: false });
  });

  it('with the same id are one command, and with another order a conflict', async () => {
    const commandId = sessionOf('7');
    const one = await give({ commandId });
    expect(await give({ commandId })).toEqual(one);
    expect(await give({ commandId, order: { kind: 'restart' } })).toMatchObject({
      status: 409,
      body: { code: 'command_id_conflict' },
    });
  });

  it('are refused for boxes that are not there, in a form that is not known, and when too many wait', async () => {
    expect(await give({}, 'box-9')).toMatchObject({ status: 404 });
    for (const wrong of [{ order: { kind: 'self-destruct' } }, { expiresInMs: 1 }, { requestedBy: '' }, { evil: 1 }]) {
      expect(await give(wrong)).toMatchObject({ status: 400, body: { code: 'invalid_input' } });
    }
    for (let n = 0; n < 50; n++) expect((await give({})).status).toBe(200);
    expect(await give({})).toMatchObject({ status: 429, body: { code: 'commands_waiting' } });
  });
});

describe('what a command brings', () => {
  const bytes = randomBytes(20_000);
  const sha256 = createHash('sha256').update(bytes).digest('base64url');
  const parts = [0, 1, 2].map((part) => bytes.subarray(part * 7_500, (part + 1) * 7_500).toString('base64url'));
  const outcome: CommandOutcome = {
    kind: 'done',
    result: { lines: 1, redactedLines: 0 },
    attachment: { sha256, sizeBytes: bytes.length, partCount: 3 },
  };
  const part = async (commandId: string, index: number, data = parts[index] ?? '') =>
    box.seal({ type: 'command.attachment', commandId: commandId as CommandId, sha256, part: index, data });
  const download = (commandId: string) => world.role.app.inject(`/v1/commands/${commandId}/attachment`);

  it('is put together from its parts, whatever their order, and can be had', async () => {
    await presence(true);
    const { commandId } = (await give({ order: { kind: 'collect-logs', maxLines: 9 } })).body;
    await world.deliver(await part(commandId, 2), await part(commandId, 0));
    await answer(commandId, outcome);
    // Not whole: it is not over, and the box is asked again.
    expect(await view(commandId)).toMatchObject({ state: 'sent' });
    expect((await download(commandId)).statusCode).toBe(404);
    await world.deliver(await part(commandId, 1));
    expect(await view(commandId)).toMatchObject({ state: 'done', attachment: { sha256, partCount: 3 } });
    const file = await download(commandId);
    expect(file.rawPayload.equals(bytes)).toBe(true);
    expect(file.headers).toMatchObject({ 'content-type': 'application/gzip' });
  });

  it('that was changed on the way is not taken', async () => {
    await presence(true);
    const { commandId } = (await give({ order: { kind: 'collect-logs', maxLines: 9 } })).body;
    await world.deliver(await part(commandId, 0), await part(commandId, 1), await part(commandId, 2, parts[0]));
    await answer(commandId, outcome);
    expect(await view(commandId)).toMatchObject({ state: 'sent' });
    await world.deliver(await part(commandId, 2));
    expect(await view(commandId)).toMatchObject({ state: 'done' });
    // After the end nothing is added any more.
    await world.deliver(await part(commandId, 0, parts[1]));
    expect((await download(commandId)).rawPayload.equals(bytes)).toBe(true);
  });

  it('is kept for a while', async () => {
    await presence(true);
    const { commandId } = (await give({ order: { kind: 'collect-logs', maxLines: 9 } })).body;
    await world.deliver(await part(commandId, 0), await part(commandId, 1), await part(commandId, 2));
    await answer(commandId, outcome);
    expect((await download(commandId)).statusCode).toBe(200);
    world.scheduler.advance(15 * 86_400_000);
    await world.until(async () => (await download(commandId)).statusCode === 404, 30_000);
    expect(await view(commandId)).toMatchObject({ state: 'done' });
    world.scheduler.advance(90 * 86_400_000);
    await world.until(async () => (await view(commandId)).code === 'not_found', 30_000);
  });
});
