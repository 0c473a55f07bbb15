import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { BusinessDate } from './clock.ts';
import { accept, type ErrorCode, errorCodes, type Result, refuse } from './errors.ts';
import {
  type AlarmId,
  type AuthNumber,
  type CancelId,
  type CommandId,
  type CouponId,
  type DeviceId,
  idPattern,
  type MerchantId,
  type OfferId,
  type PaymentId,
  type RegistrationId,
  type ScheduleChangeId,
  type StatementId,
  type TransferId,
} from './ids.ts';
import { maxAmountWon, type Won } from './money.ts';

/** Building blocks of every schema: the pattern is checked at the edge, the branded type holds inside. */
const branded = <T>(schema: TSchema) => Type.Unsafe<T>(schema);

export const PaymentIdSchema = branded<PaymentId>(Type.String({ pattern: idPattern.uuidV7 }));
export const CancelIdSchema = branded<CancelId>(Type.String({ pattern: idPattern.uuidV7 }));
export const RegistrationIdSchema = branded<RegistrationId>(Type.String({ pattern: idPattern.uuidV7 }));
export const ScheduleChangeIdSchema = branded<ScheduleChangeId>(Type.String({ pattern: idPattern.uuidV7 }));
export const StatementIdSchema = branded<StatementId>(Type.String({ pattern: idPattern.uuidV7 }));
export const TransferIdSchema = branded<TransferId>(Type.String({ pattern: idPattern.uuidV7 }));
export const CommandIdSchema = branded<CommandId>(Type.String({ pattern: idPattern.uuidV7 }));
export const AlarmIdSchema = branded<AlarmId>(Type.String({ pattern: idPattern.uuidV7 }));
export const MessageIdSchema = Type.String({ pattern: idPattern.uuidV7 });
export const CouponIdSchema = branded<CouponId>(Type.String({ pattern: idPattern.couponId }));
export const AuthNumberSchema = branded<AuthNumber>(Type.String({ pattern: idPattern.authNumber }));
export const DeviceIdSchema = branded<DeviceId>(Type.String({ pattern: idPattern.deviceId }));
export const MerchantIdSchema = branded<MerchantId>(Type.String({ pattern: idPattern.merchantId }));
export const OfferIdSchema = branded<OfferId>(Type.String({ pattern: idPattern.offerId }));

/** Milliseconds since the Unix epoch, up to the year 2200. */
export const EpochMsSchema = Type.Integer({ minimum: 0, maximum: 7_258_118_400_000 });
/** A calendar day in Asia/Seoul, `YYYY-MM-DD`. */
export const BusinessDateSchema = branded<BusinessDate>(Type.String({ format: 'date', pattern: '^20' }));
/** Won, 1 to one billion: an amount somebody pays. */
export const PayableWonSchema = branded<Won>(Type.Integer({ minimum: 1, maximum: maxAmountWon }));
/** Won, 0 to one billion. */
export const AmountWonSchema = branded<Won>(Type.Integer({ minimum: 0, maximum: maxAmountWon }));
/** Won of either sign, for ledgers and statements. */
export const SignedWonSchema = branded<Won>(
  Type.Integer({ minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }),
);
export const HeadcountSchema = Type.Integer({ minimum: 1, maximum: 99 });
/** SHA-256, base64url without padding. */
export const Sha256Schema = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
export const ErrorCodeSchema = branded<ErrorCode>(Type.String({ enum: errorCodes }));
export const TenderSchema = Type.Union([Type.Literal('card'), Type.Literal('cash')]);
export type Tender = Static<typeof TenderSchema>;
/** Words in both languages the screens speak. */
export const BilingualSchema = Type.Object({
  ko: Type.String({ minLength: 1, maxLength: 80 }),
  en: Type.String({ minLength: 1, maxLength: 80 }),
});
export type Bilingual = Static<typeof BilingualSchema>;

/** How one charge is divided (see `Split` in money.ts). */
export const SplitSchema = Type.Object({
  chargedWon: AmountWonSchema,
  cardFeeWon: AmountWonSchema,
  pgFeeWon: AmountWonSchema,
  operatorFeeWon: AmountWonSchema,
  merchantShareWon: AmountWonSchema,
});

/** An object that refuses members it does not know: on the wire a misspelt field must not pass silently. */
export const strictObject = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** The part of a validator's error that says where and what. */
export interface SchemaError {
  keyword?: string;
  schemaPath?: string;
  instancePath: string;
  message?: string | undefined;
  params?: object;
}

/** A longer list of what may stand there helps nobody. */
const maxAllowedShown = 12;

/**
 * JSON pointer of the bad field and what it should be, never its value: it may be a card number. Nor the name of a
 * member the schema does not know, unless it is a plain word.
 */
export function describeSchemaError({ keyword, schemaPath, instancePath, message, params }: SchemaError): string {
  if (params !== undefined && 'allowedValues' in params && Array.isArray(params.allowedValues)) {
    const { allowedValues } = params;
    if (allowedValues.length <= maxAllowedShown) return `${instancePath}: must be one of ${allowedValues.join(', ')}`;
  }
  if (keyword !== 'boolean' || schemaPath?.endsWith('/additionalProperties') !== true) {
    return `${instancePath}: ${message ?? 'does not fit the schema'}`;
  }
  const name = instancePath.slice(instancePath.lastIndexOf('/') + 1);
  const where = instancePath.slice(0, instancePath.length - name.length);
  return /^[A-Za-z_]{1,40}$/u.test(name) ? `${where}${name}: not known here` : `${where}: a member not known here`;
}

/** Checks unknown data against a schema; the detail names the first bad field by JSON pointer, never its value. */
export function createParser<S extends TSchema>(schema: S): (data: unknown) => Result<Static<S>> {
  const validator = Compile(schema);
  return (data) => {
    if (validator.Check(data)) return accept(data as Static<S>);
    const [first] = validator.Errors(data);
    const detail = describeSchemaError(first ?? { instancePath: '' });
    return refuse('invalid_input', detail.startsWith(':') ? `/${detail}` : detail);
  };
}
