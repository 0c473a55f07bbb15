import { type EnrolmentReply, enrolmentProofTyp, type ShownClaim } from '@scanpay/shared/api/enrolment.ts';
import { readClaimCode } from '@scanpay/shared/enrolment/claim-code.ts';
import { isEnrolmentUrl, readClaimText } from '@scanpay/shared/enrolment/claim-text.ts';
import { accept, type Result, refuse } from '@scanpay/shared/errors.ts';
import { sha256Base64Url, signJws } from '@scanpay/shared/wire/envelope.ts';
import { importSigner, type SigningJwk, verifyJwkOf } from '@scanpay/shared/wire/message-key.ts';
import type { EnrolmentApi, EnrolmentServer } from '../ports/enrolment-api.ts';
import type { IdentityStore, PendingEnrolment, StoredIdentity } from '../ports/identity-store.ts';
import { checkReply, fingerprintOf } from './check-reply.ts';

export interface EnrolDeps {
  store: IdentityStore;
  api: EnrolmentApi;
  makeTlsKey: () => Promise<{ key: string; csr: string }>;
  makeSigningKey: () => SigningJwk;
}

/** How the technician gives the claim. */
export type GivenClaim =
  | { kind: 'text'; text: string }
  /** A short code says nothing of the operator: its address, and its CA's SHA-256 (base64url) unless the web's CAs do. */
  | { kind: 'code'; code: string; url: string; caSha256?: string };

export interface EnrolOptions {
  /** A box that belongs to one operator goes to another only when this is said. */
  mayChangeOperator: boolean;
}

interface Target {
  url: string;
  caSha256: string | undefined;
  shown: ShownClaim;
}

/**
 * Makes this box a box of the operator whose claim it is given; whatever interrupts that, the same claim given again goes
 * on where it stopped. An earlier identity is good until the new one is on the disk.
 *
 * A box that had an identity keeps its signing key, so that what its journal holds stays good, unless the operator has
 * retired that key.
 *
 * Codes: claim_unreadable, claim_foreign, operator_untrusted, upstream_unavailable, and those of the operator.
 */
export async function enrolBox(
  deps: EnrolDeps,
  given: GivenClaim,
  { mayChangeOperator }: EnrolOptions,
): Promise<Result<StoredIdentity>> {
  const target = readTarget(given);
  if (!target.ok) return target;
  const claimSha256 = hashShown(target.value);
  const former = deps.store.read();
  if (former?.claimSha256 === claimSha256) {
    deps.store.clearPending();
    return accept(former);
  }
  const server = await findServer(deps.api, target.value);
  if (!server.ok) return server;
  if (former !== undefined && !mayChangeOperator && !isSameOperator(former, server.value)) {
    return refuse('claim_foreign', `this box belongs to the operator at ${former.enrolmentUrl}`);
  }
  const pending = await preparePending(deps, claimSha256, former?.signingKey);
  const reply = await ask(deps, server.value, target.value.shown, pending);
  if (!reply.ok) return reply;
  const { pins } = server.value;
  if (pins !== undefined && !reply.value.reply.caCertificates.some((pem) => fingerprintOf(pem) === pins)) {
    return refuse('operator_untrusted', 'the answer names another CA than the claim');
  }
  const identity = toIdentity(server.value.url, reply.value.pending, reply.value.reply);
  deps.store.write(identity);
  deps.store.clearPending();
  return accept(identity);
}

const hashShown = ({ shown }: Target): string => sha256Base64Url(JSON.stringify(shown));

/** The box has its place by this very claim. */
export function isEnrolledBy({ claimSha256 }: StoredIdentity, claimText: string): boolean {
  const target = readTarget({ kind: 'text', text: claimText });
  return target.ok && hashShown(target.value) === claimSha256;
}

function readTarget(given: GivenClaim): Result<Target> {
  if (given.kind === 'text') {
    const claim = readClaimText(given.text);
    if (!claim.ok) return claim;
    const secret = Buffer.from(claim.value.secret).toString('base64url');
    const caSha256 = Buffer.from(claim.value.caSha256).toString('base64url');
    return accept({ url: claim.value.url, caSha256, shown: { secret, caSha256 } });
  }
  const code = readClaimCode(given.code);
  if (!code.ok) return code;
  if (!isEnrolmentUrl(given.url)) return refuse('invalid_input', 'the operator’s address is https://host:port');
  return accept({ url: given.url, caSha256: given.caSha256, shown: { code: code.value } });
}

interface PinnedServer extends EnrolmentServer {
  /** SHA-256 of the CA that the claim names. */
  pins: string | undefined;
}

/** The operator's CA is asked for without trust, and trusted because its hash is the claim's. */
async function findServer(api: EnrolmentApi, { url, caSha256 }: Target): Promise<Result<PinnedServer>> {
  if (caSha256 === undefined) return accept({ url, ca: undefined, pins: undefined });
  const offered = await api.readCa(url);
  if (!offered.ok) return offered;
  const ca = offered.value.filter((pem) => fingerprintOf(pem) === caSha256);
  if (ca.length === 0) return refuse('operator_untrusted', 'the server has another CA than the claim names');
  return accept({ url, ca, pins: caSha256 });
}

function isSameOperator(former: StoredIdentity, { url, pins }: PinnedServer): boolean {
  if (pins === undefined) return former.enrolmentUrl === url;
  return former.tls.caCertificates.some((pem) => fingerprintOf(pem) === pins);
}

async function preparePending(
  { store, makeTlsKey, makeSigningKey }: EnrolDeps,
  claimSha256: string,
  formerKey: SigningJwk | undefined,
): Promise<PendingEnrolment> {
  const found = store.readPending();
  if (found?.claimSha256 === claimSha256) return found;
  const { key: tlsKey, csr } = await makeTlsKey();
  const pending: PendingEnrolment = { v: 1, claimSha256, tlsKey, csr, signingKey: formerKey ?? makeSigningKey() };
  // On the disk before anything is sent: the claim is used up by these very keys.
  store.writePending(pending);
  return pending;
}

async function ask(
  deps: EnrolDeps,
  server: EnrolmentServer,
  claim: ShownClaim,
  pending: PendingEnrolment,
): Promise<Result<{ pending: PendingEnrolment; reply: EnrolmentReply }>> {
  const askWith = async ({ csr, signingKey, tlsKey }: PendingEnrolment): Promise<Result<EnrolmentReply>> => {
    const proof = await signJws({ csrSha256: sha256Base64Url(csr) }, importSigner(signingKey), enrolmentProofTyp);
    const reply = await deps.api.enrol(server, { claim, csr, signingKey: verifyJwkOf(signingKey), proof });
    return reply.ok ? checkReply(reply.value, tlsKey) : reply;
  };
  const reply = await askWith(pending);
  if (reply.ok) return accept({ pending, reply: reply.value });
  if (reply.code !== 'signing_key_retired') return reply;
  const renamed = { ...pending, signingKey: deps.makeSigningKey() };
  deps.store.writePending(renamed);
  const second = await askWith(renamed);
  return second.ok ? accept({ pending: renamed, reply: second.value }) : second;
}

function toIdentity(enrolmentUrl: string, pending: PendingEnrolment, reply: EnrolmentReply): StoredIdentity {
  const { deviceId, certificate, caCertificates, renewAfterMs, expiresAtMs, configuration } = reply;
  const { claimSha256, signingKey, tlsKey: key } = pending;
  const tls = { key, certificate, caCertificates };
  return { v: 1, deviceId, claimSha256, signingKey, tls, renewAfterMs, expiresAtMs, enrolmentUrl, configuration };
}
