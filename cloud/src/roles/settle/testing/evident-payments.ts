import type { ContractVersion } from '@scanpay/shared/api/contract.ts';
import type { MerchantId } from '@scanpay/shared/ids.ts';
import type { JwsSigner } from '@scanpay/shared/wire/envelope.ts';
import { sha256Base64Url } from '@scanpay/shared/wire/envelope.ts';
import { exportSigner, importVerifyKeys, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import { canonicalJson } from '../../../core/approve/canonical-json.ts';
import { atAnyTime } from '../../../core/audit/testing/dated.ts';
import { signDeviceKey } from '../../../core/enrol/device-key-record.ts';
import { createOperatorStore } from '../../../drivers/sql/operator/operator-store.ts';
import { auditBooks, type FullAudit } from '../../../verify/audit-books.ts';
import type { Books } from '../../../verify/open-books.ts';
import { couponOf, writeCoupon } from '../../../verify/testing/coupons.ts';
import { createEvidenceWriter, type EvidenceTargets } from '../../../verify/testing/evidence-writer.ts';
import { boxSignerOf } from './box-words.ts';
import { boxOf, type SettlementWorld } from './settlement-world.ts';

/** Payments written to a world's books with all the evidence that its services would leave, and the audit of it all. */
export async function writeEvidence(
  world: SettlementWorld,
  merchantIds: readonly MerchantId[],
  contracts: readonly ContractVersion[],
) {
  const boxes = new Map<MerchantId, JwsSigner>(merchantIds.map((id) => [id, boxSignerOf(boxOf(id))]));
  const signerOf = (merchantId: MerchantId): JwsSigner => {
    const signer = boxes.get(merchantId);
    if (signer === undefined) throw new Error(`${merchantId} has no box`);
    return signer;
  };
  const { card, pg, operator } = world.companies;
  const signers = { card: card.signer, pg: pg.signer, operator: operator.signer };
  /** Asked for each time: a company may have been started anew. */
  const books = (): Books => ({
    operator: world.companies.operator.db as unknown as Books['operator'],
    pg: world.companies.pg.db as unknown as Books['pg'],
    card: world.companies.card.db as unknown as Books['card'],
  });
  const store = createOperatorStore(books().operator);
  for (const contract of contracts) {
    const digest = sha256Base64Url(canonicalJson(contract));
    await store.addContract({ contract, digest, enteredAtMs: 0 });
  }
  for (const [merchantId, signer] of boxes) {
    const deviceId = boxOf(merchantId);
    const { kid, x } = exportSigner(signer);
    const recordJws = await signDeviceKey({ deviceId, kid, x, enrolledAtMs: 0 }, signers.operator);
    await store.enrolDevice({ deviceId, merchantId, kid, x, recordJws }, 0);
    await writeCoupon(books().operator, couponOf(merchantId), signers.pg);
  }
  const keysOf = (signer: JwsSigner) => {
    const keys = importVerifyKeys([verifyJwkOf(exportSigner(signer))]);
    return atAnyTime((kid) => keys.get(kid));
  };
  const companies = { card: keysOf(signers.card), pg: keysOf(signers.pg), operator: keysOf(signers.operator) };
  return {
    writer: createEvidenceWriter({
      signers,
      boxOf: (merchantId) => ({ deviceId: boxOf(merchantId), signer: signerOf(merchantId) }),
      contracts,
    }),
    write<T>(work: (targets: EvidenceTargets) => Promise<T>): Promise<T> {
      const { operator: op, pg: gateway, card: issuer } = books();
      const narrow = (db: unknown) => db as EvidenceTargets['pg'];
      return op
        .transaction()
        .execute((trx) =>
          gateway
            .transaction()
            .execute((pgTrx) =>
              issuer
                .transaction()
                .execute((cardTrx) => work({ operator: trx, pg: narrow(pgTrx), card: narrow(cardTrx) })),
            ),
        );
    },
    audit: (): Promise<FullAudit> =>
      auditBooks(books(), { companies, keysOf: () => undefined, authorities: [] }, Number.MAX_SAFE_INTEGER),
  };
}
