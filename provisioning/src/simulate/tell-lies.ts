import type { BusinessDate } from '@scanpay/shared/clock.ts';
import { createIdMaker, type DeviceId } from '@scanpay/shared/ids.ts';
import { splitCharge, won } from '@scanpay/shared/money.ts';
import { makeStatement } from '@scanpay/shared/settlement/make-statement.ts';
import { signStatement } from '@scanpay/shared/settlement/signed-statement.ts';
import type { Hop, Statement } from '@scanpay/shared/settlement/statement.ts';
import { splitStatementText } from '@scanpay/shared/settlement/statement-assembly.ts';
import { makeStatementText } from '@scanpay/shared/settlement/statement-text.ts';
import { encodeEnvelope, type JwsSigner, sha256Base64Url, signMessage } from '@scanpay/shared/wire/envelope.ts';
import { wireVersion } from '@scanpay/shared/wire/message-header.ts';
import { cardSigner, operatorKeys, pgKeys, rates } from './cloud/cast.ts';
import { createWireCall } from './engine/wire-call.ts';
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
    const [liar, deceived] = [companies[sender].callee(), companies[company].callee()];
    if (liar === null || deceived === null) continue;
    await deceived.askOpenly({ method: 'POST', path: '/v1/settlement/close', body: { businessDate: quietDate } });
    const { jws } = await makeLie(world, { hop, sender, receiver: company, deviceId: null }, signer);
    const call = createWireCall(deceived.receive, { to: company, link: liar.link });
    const asked = call({ method: 'POST', path: '/v1/statements', body: { statementJws: jws } });
    const reply = await goOnUntil(world, asked);
    told.push({ to: company, approved: (reply?.body as { answer?: string } | undefined)?.answer === 'approved' });
  }
  told.push(await lieToBox(world));
  return told;
}

/** Lets time go on, for the company may have to ask another one first. Undefined: it has not answered after a minute. */
async function goOnUntil<T>(world: World, asked: Promise<T>): Promise<T | undefined> {
  let answer: T | undefined;
  void asked.then((value) => {
    answer = value;
  });
  for (let second = 0; second < 60 && answer === undefined; second += 1) {
    const untilMs = world.timeline.nowMs() + 1_000;
    while (answer === undefined && (await world.step(untilMs)));
  }
  return answer;
}

type Parties = Pick<Statement, 'sender' | 'receiver' | 'deviceId'> & { hop: Hop };

async function makeLie(world: World, parties: Parties, signer: JwsSigner) {
  const ids = createIdMaker(world.timeline, world.dice.bytes);
  const split = splitCharge(won(10_000), rates);
  const { statement, lines } = makeStatement({
    ...{ statementId: ids.statementId(), ...parties, businessDate: quietDate },
    events: [{ kind: 'sale', tender: 'card', paymentId: ids.paymentId(), cancelId: null, split }],
  });
  return { statementId: statement.statementId, jws: await signStatement(statement, signer), lines };
}

async function lieToBox(world: World): Promise<{ to: string; approved: boolean }> {
  const [box] = world.boxes;
  if (box === undefined) throw new RangeError('a world without a box');
  const { deviceId, merchant } = box.cast;
  const parties = { hop: 'S15', sender: 'operator', receiver: merchant.merchantId, deviceId } as const;
  const { statementId, jws, lines } = await makeLie(world, parties, operatorKeys.message);
  const parts = splitStatementText({ statementId, sha256: sha256Base64Url(jws) }, makeStatementText(jws, lines));
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
