import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { createIdMaker, type DeviceId } from '@scanpay/shared/ids.ts';
import { splitCharge, won } from '@scanpay/shared/money.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import { type Hop, makeStatement } from '@scanpay/shared/settlement/statement.ts';
import { splitStatementJws } from '@scanpay/shared/settlement/statement-assembly.ts';
import { encodeEnvelope, type JwsSigner, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/messages.ts';
import { cardSigner, operatorKeys, pgKeys, rates } from './cloud/cast.ts';
import type { World } from './world.ts';

/** A day on which nobody sold anything. */
const quietDate = '2026-11-20' as BusinessDate;

/**
 * Each sender presents a statement with a payment that never was, well signed and well added up. A receiver that
 * recomputes it from its own records disputes it.
 */
export async function tellLies(world: World): Promise<{ to: string; approved: boolean }[]> {
  const { companies } = world;
  const lies = [
    { company: 'pg', hop: 'S13', sender: 'card', signer: cardSigner },
    { company: 'operator', hop: 'S14', sender: 'pg', signer: pgKeys.signer },
  ] as const;
  const told: { to: string; approved: boolean }[] = [];
  for (const { company, hop, sender, signer } of lies) {
    const dispatch = companies[company].callee()?.dispatch;
    if (dispatch === undefined) continue;
    await dispatch({ method: 'POST', path: '/v1/settlement/close', body: { businessDate: quietDate } });
    const { jws } = await makeLie(world, hop, sender, company, signer);
    const { body } = await dispatch({ method: 'POST', path: '/v1/statements', body: { statementJws: jws } });
    told.push({ to: company, approved: (body as { answer?: string }).answer === 'approved' });
  }
  told.push(await lieToBox(world));
  return told;
}

async function makeLie(world: World, hop: Hop, sender: string, receiver: string, signer: JwsSigner) {
  const ids = createIdMaker(world.timeline, world.dice.bytes);
  const split = splitCharge(won(10_000), rates);
  const statement = makeStatement({
    ...{ statementId: ids.statementId(), hop, sender, receiver, businessDate: quietDate },
    events: [{ kind: 'sale', tender: 'card', paymentId: ids.paymentId(), cancelId: null, split }],
  });
  return { statementId: statement.statementId, jws: await signStatement(statement, signer) };
}

async function lieToBox(world: World): Promise<{ to: string; approved: boolean }> {
  const [box] = world.boxes;
  if (box === undefined) throw new RangeError('a world without a box');
  const { deviceId, merchant } = box.cast;
  const { statementId, jws } = await makeLie(world, 'S15', 'operator', merchant.merchantId, operatorKeys.message);
  const parts = splitStatementJws(statementId, jws);
  if (!parts.ok) throw new RangeError(parts.code);
  for (const part of parts.value) await publish(world, deviceId, { type: 'settlement.statement', ...part });
  for (let step = 0; step < 200 && (await world.step(world.timeline.nowMs() + 1_000)); step += 1);
  const row = box.disk.connection
    .prepare<[string], { answer: string | null }>('SELECT answer FROM statements WHERE statement_id = ?')
    .get(statementId);
  return { to: deviceId, approved: row?.answer === 'approved' };
}

async function publish(world: World, deviceId: DeviceId, draft: object): Promise<void> {
  const messageId = createIdMaker(world.timeline, world.dice.bytes).messageId();
  const header = { v: wireVersion, messageId, deviceId, sentAtMs: world.timeline.nowMs() };
  const jws = await signMessage({ ...header, ...draft }, operatorKeys.message);
  await world.broker.publish(deviceId, 'settlement', encodeEnvelope(jws));
}
