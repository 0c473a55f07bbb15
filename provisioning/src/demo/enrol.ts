import { createHttpsEnrolmentApi } from '@scanpay/device/drivers/identity/https-enrolment-api.ts';
import { makeTlsKey } from '@scanpay/device/drivers/identity/make-keys.ts';
import { enrolBox } from '@scanpay/device/enrol/enrol-box.ts';
import type { IdentityStore, StoredIdentity } from '@scanpay/device/ports/identity-store.ts';
import { systemScheduler } from '@scanpay/shared/system/system-scheduler.ts';
import type { SigningJwk } from '@scanpay/shared/wire/message-key.ts';
import { callJson } from './call-json.ts';

/** A place for a box at a merchant. */
interface Place {
  deviceId: string;
  merchantId: string;
}

/** The operator's staff registers the place; what the QR code of the claim says. */
export async function registerClaim(operatorUrl: string, place: Place): Promise<string> {
  const { text } = (await callJson('POST', `${operatorUrl}/v1/claims`, place)) as { text: string };
  return text;
}

/** Registers the place and has a box claim it, as it does by itself, but for the signing key: whoever plays it knows it. */
export async function claimPlace(
  operatorUrl: string,
  place: Place,
  { store, signingKey }: { store: IdentityStore; signingKey: SigningJwk },
): Promise<StoredIdentity> {
  const text = await registerClaim(operatorUrl, place);
  const api = createHttpsEnrolmentApi({ scheduler: systemScheduler });
  const deps = { store, api, makeTlsKey, makeSigningKey: () => signingKey };
  const enrolled = await enrolBox(deps, { kind: 'text', text }, { mayChangeOperator: false });
  if (!enrolled.ok) throw new Error(`${enrolled.code}: ${enrolled.detail}`);
  return enrolled.value;
}
