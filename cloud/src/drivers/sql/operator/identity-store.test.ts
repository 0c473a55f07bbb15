import type { DeviceId, MerchantId } from '@scanpay/shared/ids.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Certificate } from '../../../ports/certificate-authority.ts';
import type { ClaimRecord, Enrolment } from '../../../ports/identity-store.ts';
import type { OperatorStore } from '../../../ports/operator-store.ts';
import { ledgerMigrations } from '../ledger/migrations.ts';
import { type TestBook, useTestDatabases } from '../testing/test-databases.ts';
import { operatorMigrations } from './migrations.ts';
import { createOperatorStore } from './operator-store.ts';
import type { OperatorTables } from './tables.ts';

let store: OperatorStore;

const box = 'box-1' as DeviceId;
const shop = 'm-1' as MerchantId;
const otherShop = 'm-2' as MerchantId;

const certificateOf = (serial: string): Certificate => ({
  serial,
  publicKeySha256: `key-${serial}`,
  pem: `pem-${serial}`,
  notAfterMs: 1_000,
});
const claimOf = (claimId: string, differing: Partial<ClaimRecord> = {}): ClaimRecord => ({
  claimId,
  deviceId: box,
  merchantId: shop,
  secretSha256: `secret-${claimId}`,
  codeSha256: `code-${claimId}`,
  createdAtMs: 1,
  expiresAtMs: 100,
  withdrawnAtMs: null,
  usedAtMs: null,
  usedBy: null,
  ...differing,
});
const enrolmentOf = (claimId: string, differing: Partial<Enrolment> = {}): Enrolment => ({
  claimId,
  usedBy: `request-${claimId}`,
  deviceId: box,
  merchantId: shop,
  signingKey: { kid: 'k-1', x: 'x-1', recordJws: 'a.b.c' },
  certificate: certificateOf(`serial-${claimId}`),
  ...differing,
});
async function enrol(claimId: string, differing: Partial<Enrolment> = {}, nowMs = 10) {
  await store.putClaim(claimOf(claimId));
  return store.enrolByClaim(enrolmentOf(claimId, differing), nowMs);
}

describe.each(useTestDatabases())('createIdentityStore on $name', (database) => {
  let testBook: TestBook<OperatorTables>;
  let rival: OperatorStore;
  beforeEach(async () => {
    testBook = await database.create({ ...ledgerMigrations, ...operatorMigrations });
    store = createOperatorStore(await testBook.open());
    rival = createOperatorStore(await testBook.openRival());
  });
  afterEach(() => testBook.remove());

  it('issues one after the other also when asked at once, and leaves one claim good', async () => {
    await enrol('a');
    const stores = [store, rival, store, rival];
    await Promise.all(stores.map((each, n) => each.addCertificate(box, certificateOf(`at-once-${n}`), 20)));
    expect(await store.listCertificates(box)).toHaveLength(5);
    await Promise.all(stores.map((each, n) => each.putClaim(claimOf(`at-once-${n}`))));
    const claims = await Promise.all(stores.map((_, n) => store.findClaim({ codeSha256: `code-at-once-${n}` })));
    expect(claims.filter((claim) => claim?.withdrawnAtMs === null)).toHaveLength(1);
  });

  it('finds a claim by either hash, and withdraws the unused one that it replaces', async () => {
    await store.putClaim(claimOf('a'));
    await store.putClaim(claimOf('elsewhere', { deviceId: 'box-2' as DeviceId }));
    expect(await store.findClaim({ secretSha256: 'secret-a' })).toEqual(claimOf('a'));
    await store.putClaim(claimOf('b', { createdAtMs: 5 }));
    expect(await store.findClaim({ codeSha256: 'code-a' })).toEqual(claimOf('a', { withdrawnAtMs: 5 }));
    expect(await store.findClaim({ codeSha256: 'code-elsewhere' })).toMatchObject({ withdrawnAtMs: null });
    expect(await store.findClaim({ codeSha256: 'secret-a' })).toBeUndefined();
  });

  it('enrols once with a claim, however many ask at the same time', async () => {
    await store.putClaim(claimOf('a'));
    const tries = await Promise.all(
      ['one', 'two', 'three'].map((name) =>
        store.enrolByClaim(enrolmentOf('a', { usedBy: name, certificate: certificateOf(name) }), 10),
      ),
    );
    expect(tries.map((each) => (each.ok ? 'enrolled' : each.code)).sort()).toEqual([
      'claim_used',
      'claim_used',
      'enrolled',
    ]);
    const winner = (await store.findClaim({ codeSha256: 'code-a' }))?.usedBy;
    expect((await store.listCertificates(box)).map(({ serial }) => serial)).toEqual([winner]);
    expect(await store.findDevice(box)).toMatchObject({ merchantId: shop, keys: [{ kid: 'k-1', retiredAtMs: null }] });
  });

  it('does not enrol with a claim that was withdrawn', async () => {
    await store.putClaim(claimOf('a'));
    await store.putClaim(claimOf('b'));
    expect(await store.enrolByClaim(enrolmentOf('a'), 10)).toMatchObject({ ok: false, code: 'claim_used' });
    expect(await store.findDevice(box)).toBeUndefined();
  });

  it('enrols a box again: moved, its certificates revoked, its other key retired', async () => {
    await enrol('a');
    const signingKey = { kid: 'k-2', x: 'x-2', recordJws: 'a.b.c' };
    expect(await enrol('b', { signingKey, merchantId: otherShop }, 20)).toEqual({ ok: true, value: ['serial-a'] });
    expect(await store.findCertificate('serial-a')).toMatchObject({ revokedAtMs: 20, revocation: 'enrolled-again' });
    expect(await store.findCertificate('serial-b')).toEqual({
      ...certificateOf('serial-b'),
      deviceId: box,
      issuedAtMs: 20,
      revokedAtMs: null,
      revocation: null,
    });
    expect(await store.findDevice(box)).toMatchObject({
      merchantId: otherShop,
      keys: [
        { kid: 'k-1', retiredAtMs: 20 },
        { kid: 'k-2', retiredAtMs: null },
      ],
    });
  });

  it('leaves a claim unused when the box comes with a retired key', async () => {
    await enrol('a');
    await store.revokeBox(box, 15, 'signed');
    expect(await enrol('b')).toMatchObject({ ok: false, code: 'signing_key_retired' });
    expect(await store.findClaim({ codeSha256: 'code-b' })).toMatchObject({ usedAtMs: null });
    expect(
      await store.enrolByClaim(enrolmentOf('b', { signingKey: { kid: 'k-2', x: 'x', recordJws: 'a.b.c' } }), 20),
    ).toMatchObject({
      ok: true,
    });
  });

  it('supersedes what was issued before a certificate, and nothing of another box', async () => {
    await enrol('a');
    await store.putClaim(claimOf('other', { deviceId: 'box-2' as DeviceId }));
    await store.enrolByClaim(enrolmentOf('other', { deviceId: 'box-2' as DeviceId }), 10);
    await store.addCertificate(box, certificateOf('second'), 10);
    await store.addCertificate(box, certificateOf('third'), 10);
    expect(await store.supersedeBefore('second', 11)).toEqual(['serial-a']);
    expect(await store.supersedeBefore('second', 12)).toEqual([]);
    expect(await store.supersedeBefore('none', 12)).toEqual([]);
    expect((await store.listCertificates(box)).map(({ serial, revocation }) => [serial, revocation])).toEqual([
      ['third', null],
      ['second', null],
      ['serial-a', 'superseded'],
    ]);
    expect(await store.findCertificate('serial-other')).toMatchObject({ revocation: null });
  });

  it('revokes a box: every certificate and every key, once', async () => {
    await enrol('a');
    await store.addCertificate(box, certificateOf('second'), 10);
    expect((await store.revokeBox(box, 30, 'signed')).sort()).toEqual(['second', 'serial-a']);
    expect(await store.revokeBox(box, 40, 'signed')).toEqual([]);
    expect(await store.findCertificate('second')).toMatchObject({ revokedAtMs: 30, revocation: 'revoked' });
    expect(await store.findDevice(box)).toMatchObject({ keys: [{ retiredAtMs: 30 }] });
  });
});
