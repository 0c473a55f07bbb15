import { ErrorBodySchema } from '@scanpay/shared/api/common.ts';
import { createParser, DeviceIdSchema, MerchantIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import { staffAdvice } from '@scanpay/shared/system/staff-credentials.ts';
import Type, { type Static, type TSchema } from 'typebox';
import { Refused } from './refused.ts';

const deadlineMs = 15_000;

const ClaimSchema = strictObject({
  claimId: Type.String(),
  deviceId: DeviceIdSchema,
  merchantId: MerchantIdSchema,
  text: Type.String(),
  code: Type.String(),
  expiresAtMs: Type.Integer(),
});
export type RegisteredClaim = Static<typeof ClaimSchema>;
const HandOverReplySchema = Type.Object({ digest: Type.String(), recordedAtMs: Type.Integer() });
const RevokedSchema = Type.Object({ deviceId: Type.String(), serials: Type.Array(Type.String()) });
const parseError = createParser(ErrorBodySchema);

/** The operator's calls for its staff; `authorization` is what it is shown, where it asks who calls. */
export function createOperatorApi(url: string, authorization?: string) {
  const call = <S extends TSchema>(asked: Asked<S>): Promise<Static<S>> => callOperator(url, asked, authorization);
  return {
    registerClaim: (place: { deviceId: string; merchantId: string }) =>
      call({ path: '/v1/claims', body: place, schema: ClaimSchema }),
    recordHandOver: (handOverJws: string) =>
      call({ path: '/v1/hand-overs', body: { handOverJws }, schema: HandOverReplySchema }),
    /** The serials that were revoked; null: the operator knows no such box. */
    async revoke(deviceId: string): Promise<string[] | null> {
      try {
        const path = `/v1/devices/${encodeURIComponent(deviceId)}/revoke`;
        return (await call({ path, body: undefined, schema: RevokedSchema })).serials;
      } catch (error) {
        if (error instanceof OperatorRefused && error.code === 'not_found') return null;
        throw error;
      }
    },
  };
}
export type OperatorApi = ReturnType<typeof createOperatorApi>;

/** The operator said no, with its code. */
class OperatorRefused extends Refused {
  readonly code: string;

  constructor(code: string, words: { ko: string; en: string }) {
    super(words);
    this.code = code;
  }
}

interface Asked<S extends TSchema> {
  path: string;
  body: object | undefined;
  schema: S;
}

async function callOperator<S extends TSchema>(
  base: string,
  { path, body, schema }: Asked<S>,
  authorization: string | undefined,
): Promise<Static<S>> {
  let status: number;
  let data: unknown;
  try {
    const answer = await fetch(new URL(path, base), {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(deadlineMs),
      headers: {
        ...(authorization === undefined ? {} : { authorization }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    status = answer.status;
    data = await answer.json();
  } catch (cause) {
    const words = { ko: `운영사(${base})에 연결되지 않습니다.`, en: `The operator at ${base} does not answer.` };
    throw new Refused(words, { exitCode: 3, cause });
  }
  if (status === 200) {
    const parsed = createParser(schema)(data);
    if (parsed.ok) return parsed.value;
    throw new Refused({
      ko: `운영사의 응답이 이상합니다: ${parsed.detail}`,
      en: `An odd answer of the operator: ${parsed.detail}`,
    });
  }
  const error = parseError(data);
  if (!error.ok)
    throw new Refused({ ko: `운영사: HTTP ${status}`, en: `The operator: HTTP ${status}` }, { exitCode: 3 });
  const { code, message, detail } = error.value;
  const tail = `${code}${detail === '' ? '' : `: ${detail}`}`;
  const advice = staffAdvice(code);
  const more = advice === undefined ? { ko: '', en: '' } : { ko: ` ${advice.ko}`, en: ` ${advice.en}` };
  throw new OperatorRefused(code, {
    ko: `${message.ko} (${tail})${more.ko}`,
    en: `${message.en} (${tail})${more.en}`,
  });
}
