import { v7 } from 'uuid';
import type { Clock, RandomBytes } from './clock.ts';

declare const idBrand: unique symbol;
type Id<Name extends string> = string & { readonly [idBrand]: Name };

/** UUIDv7 (RFC 9562 §5.7), made by the terminal before anything is sent; names the payment everywhere. */
export type PaymentId = Id<'PaymentId'>;
/** UUIDv7 of one cancel or refund of a payment. */
export type CancelId = Id<'CancelId'>;
/** UUIDv7 of one customer registration at the PG. */
export type RegistrationId = Id<'RegistrationId'>;
/** UUIDv7 of one change of a schedule. */
export type ScheduleChangeId = Id<'ScheduleChangeId'>;
/** 16 lower-case hex digits: the 8 random bytes inside the auth barcode. */
export type CouponId = Id<'CouponId'>;
/** 12 digits, the last a Luhn check digit; what the customer reads out when the barcode cannot be scanned. */
export type AuthNumber = Id<'AuthNumber'>;
/** `box-` and up to 28 of [a-z0-9-]: one box. */
export type DeviceId = Id<'DeviceId'>;
/** `m-` and up to 28 of [a-z0-9-]: one merchant under contract. */
export type MerchantId = Id<'MerchantId'>;
/** `o-` and up to 28 of [a-z0-9-]: one offer in the PG's catalogue. */
export type OfferId = Id<'OfferId'>;
/** UUIDv7 of one transfer of money to a merchant. */
export type TransferId = Id<'TransferId'>;
/** UUIDv7 of one settlement statement. */
export type StatementId = Id<'StatementId'>;
/** UUIDv7 of one command to a box. */
export type CommandId = Id<'CommandId'>;
/** UUIDv7 of one alarm, from its raising to its clearing. */
export type AlarmId = Id<'AlarmId'>;

/** Regular expressions of each id, for the schemas. */
export const idPattern = {
  uuidV7: '^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
  couponId: '^[0-9a-f]{16}$',
  authNumber: '^[0-9]{12}$',
  deviceId: '^box-[a-z0-9-]{1,28}$',
  merchantId: '^m-[a-z0-9-]{1,28}$',
  offerId: '^o-[a-z0-9-]{1,28}$',
} as const;

/** Makes ids from injected time and randomness, so that a seeded run repeats them. */
export interface IdMaker {
  paymentId(): PaymentId;
  cancelId(): CancelId;
  registrationId(): RegistrationId;
  statementId(): StatementId;
  transferId(): TransferId;
  commandId(): CommandId;
  alarmId(): AlarmId;
  messageId(): string;
  couponId(): CouponId;
}

export function createIdMaker(clock: Clock, randomBytes: RandomBytes): IdMaker {
  const uuid = (): string => v7({ msecs: clock.nowMs(), random: randomBytes(16) });
  return {
    paymentId: () => uuid() as PaymentId,
    cancelId: () => uuid() as CancelId,
    registrationId: () => uuid() as RegistrationId,
    statementId: () => uuid() as StatementId,
    transferId: () => uuid() as TransferId,
    commandId: () => uuid() as CommandId,
    alarmId: () => uuid() as AlarmId,
    messageId: uuid,
    couponId: () => Buffer.from(randomBytes(8)).toString('hex') as CouponId,
  };
}
