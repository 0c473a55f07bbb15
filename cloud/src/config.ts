import { FeeTermsSchema } from '@scanpay/shared/api/contract.ts';
import { OfferSchema } from '@scanpay/shared/api/pg.ts';
import {
  OperatorSigningJwkSchema,
  OperatorVerifyJwkSchema,
  PgBoxPrivateJwkSchema,
  RegistrationBoxJwkSchema,
} from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { metricsReaches } from '@scanpay/shared/metrics/metrics-access.ts';
import {
  AmountWonSchema,
  BusinessDateSchema,
  MerchantIdSchema,
  OfferIdSchema,
  PayableWonSchema,
  strictObject,
  TenderSchema,
} from '@scanpay/shared/schema.ts';
import { SigningJwkSchema, VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type, { type Static } from 'typebox';
import { CalendarSchema } from './calendar-config.ts';
import { FleetSchema } from './fleet-config.ts';
import { IdentitySchema } from './identity-config.ts';
import { ReceiptKeysSchema, ReceiverKeys } from './key-config.ts';
import { LinksOfPgSchema, LinksToPgSchema } from './link-config.ts';
import { MerchantSchema } from './merchant-config.ts';
import { ReleasesSchema } from './release-config.ts';
import { MaxScheduleChanges, SchedulePageUrl } from './schedule-config.ts';
import { StaffSchema } from './staff-config.ts';

const Port = (fallback: number) =>
  Type.Integer({ default: fallback, minimum: 0, maximum: 65_535, description: 'TCP port; 0 picks a free one.' });
const Secret32 = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$', description: '32 random bytes, base64url.' });
const PeerUrl = Type.Union([Type.String({ pattern: '^https?://' }), Type.Null()], {
  default: null,
  description: 'Where that company answers; null: in this very process.',
});

const DatabaseSchema = Type.Union(
  [
    strictObject({ kind: Type.Literal('sqlite') }),
    strictObject({
      kind: Type.Literal('postgres'),
      url: Type.String({
        pattern: '^postgres(ql)?://',
        maxLength: 2048,
        description: 'A database of its own, e.g. postgres://user:password@db.example:5432/scanpay_pg.',
      }),
      maxConnections: Type.Integer({
        default: 10,
        minimum: 1,
        maximum: 200,
        description: 'Connections open at once; who finds none free waits.',
      }),
      connectTimeoutMs: Type.Integer({
        default: 3_000,
        minimum: 100,
        maximum: 60_000,
        description: 'Longest wait for a connection, new or free.',
      }),
      statementTimeoutMs: Type.Integer({
        default: 5_000,
        minimum: 100,
        maximum: 600_000,
        description: 'Longest a statement may take, waiting for locks included.',
      }),
    }),
  ],
  {
    default: { kind: 'sqlite' },
    description: 'Where the company keeps its books: a SQLite file in its folder, or PostgreSQL.',
  },
);

const BrokerSchema = Type.Union([
  strictObject({
    kind: Type.Literal('embedded'),
    host: Type.String({ default: '127.0.0.1', description: 'Interface the broker listens on.' }),
    port: Port(1883),
    boxes: Type.Enum(['certificate', 'token'], {
      default: 'certificate',
      description:
        'How boxes are known: certificate: TLS, by the certificates of this operator. token: plain TCP, for loopback only.',
    }),
    url: Type.Union([Type.String({ pattern: '^mqtts://' }), Type.Null()], {
      default: null,
      description: 'The broker as boxes reach it, for certificate; null: host and port.',
    }),
    /** For `token` only. */
    tokens: Type.Record(Type.String({ pattern: '^box-[a-z0-9-]{1,28}$' }), Type.String({ minLength: 16 }), {
      default: {},
      description: 'Token of each box at the broker.',
    }),
    burstPackets: Type.Integer({
      default: 400,
      minimum: 10,
      maximum: 1_000_000,
      description: 'Packets a box may send at once.',
    }),
    packetsPerSecond: Type.Integer({
      default: 100,
      minimum: 1,
      maximum: 100_000,
      description: 'Packets of a box in the long run.',
    }),
  }),
  strictObject({
    kind: Type.Literal('external'),
    url: Type.String({ pattern: '^mqtts?://', description: 'The broker, e.g. mqtt://mqtt.example:1883.' }),
    username: Type.String({ minLength: 1, description: 'User that may read every box’s up topics.' }),
    password: Type.String({ minLength: 1 }),
    sharedGroup: Type.Optional(
      Type.String({ pattern: '^[a-z0-9-]{1,20}$', description: 'Shares the messages among several cloud processes.' }),
    ),
  }),
]);

const MerchantOrAll = Type.Union([MerchantIdSchema, Type.Null()], { default: null, description: 'Null: every one.' });
const OfferOrAll = Type.Union([OfferIdSchema, Type.Null()], { default: null, description: 'Null: every one.' });
const TenderOrAll = Type.Union([TenderSchema, Type.Null()], { default: null, description: 'Null: both.' });

/** A company's own copy of one version of what it agreed with the next one; business dates decide which applies. */
const agreement = {
  version: Type.Integer({ minimum: 1 }),
  merchantId: MerchantOrAll,
  validFrom: BusinessDateSchema,
  validTo: Type.Union([BusinessDateSchema, Type.Null()], {
    default: null,
    description: 'Last business date; null: until the next version begins.',
  }),
};
const PgAgreementSchema = strictObject({
  ...agreement,
  offerId: OfferOrAll,
  tender: TenderOrAll,
  cardFee: FeeTermsSchema,
  pgFee: FeeTermsSchema,
});
const CardAgreementSchema = strictObject({ ...agreement, cardFee: FeeTermsSchema });

const OperatorSchema = strictObject({
  port: Port(8082),
  staff: Type.Optional(StaffSchema),
  database: DatabaseSchema,
  broker: BrokerSchema,
  identity: IdentitySchema,
  /** Signs messages, statements and deletion records. */
  messageKey: SigningJwkSchema,
  otherMessageKeys: Type.Array(VerifyJwkSchema, {
    default: [],
    maxItems: 7,
    description: 'Keys that boxes believe beside it: the next one, and former ones.',
  }),
  /** Signs coupons. */
  couponKey: OperatorSigningJwkSchema,
  /** The next coupon key; former ones, until their last coupon has expired. */
  otherCouponKeys: Type.Array(OperatorVerifyJwkSchema, { default: [], maxItems: 15 }),
  /** The first seals, all open. */
  registrationKeys: Type.Array(RegistrationBoxJwkSchema, { minItems: 1, maxItems: 16 }),
  receiptKeys: ReceiptKeysSchema,
  merchants: Type.Array(MerchantSchema, { maxItems: 10_000 }),
  calendar: Type.Union([CalendarSchema], { default: {}, description: 'Days on which banks are closed.' }),
  offline: Type.Object(
    {
      maxCount: Type.Integer({
        default: 20,
        minimum: 0,
        maximum: 1000,
        description: 'Redemptions a box may hold; 0: none.',
      }),
      maxTotalWon: Type.Union([AmountWonSchema], {
        default: 1_000_000,
        description: 'What those may be charged in all.',
      }),
      maxPerCoupon: Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 99,
        description: 'Uses of one coupon at one box.',
      }),
      syncWithinMs: Type.Integer({
        default: 7 * 86_400_000,
        minimum: 60_000,
        maximum: 60 * 86_400_000,
        description: 'A redemption that comes later after it was made is declined.',
      }),
      validForMs: Type.Integer({
        default: 86_400_000,
        minimum: 1_000,
        maximum: 7 * 86_400_000,
        description: 'The longest spell without the operator: terms are good for so long.',
      }),
    },
    {
      default: {},
      additionalProperties: false,
      description: 'How far boxes may redeem coupons for cash while offline.',
    },
  ),
  releases: ReleasesSchema,
  refundWindowDays: Type.Integer({
    default: 30,
    minimum: 0,
    maximum: 3650,
    description: 'Days after its business date on which a payment can still be refunded; 0: on that date only.',
  }),
  debtAlarmDays: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: 3650,
    description: 'Days for which what a merchant owes may be carried forward before it is an alarm.',
  }),
  fleet: FleetSchema,
  pgKeys: Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 8, description: 'Keys the PG signs with.' }),
  pgUrl: PeerUrl,
  links: LinksToPgSchema,
  schedulePageBaseUrl: SchedulePageUrl,
  couponPageBaseUrl: Type.Union([Type.String({ pattern: '^https?://' }), Type.Null()], {
    default: null,
    description: 'Where the coupon page is, for the link in the message; null: no link.',
  }),
});

const PgSchema = strictObject({
  port: Port(8081),
  staff: Type.Optional(StaffSchema),
  database: DatabaseSchema,
  signingKey: SigningJwkSchema,
  /** The first is sealed to, all open. */
  cardBoxKeys: Type.Array(PgBoxPrivateJwkSchema, { minItems: 1, maxItems: 16 }),
  fingerprintKey: Secret32,
  /** What the PG agreed with the card company and with the operator. */
  contracts: Type.Array(PgAgreementSchema, { minItems: 1, maxItems: 500 }),
  offers: Type.Union([Type.Array(OfferSchema, { maxItems: 1000 }), Type.Null()], {
    default: null,
    description: 'The catalogue; null: the sample offers.',
  }),
  cardKeys: Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 8, description: 'Keys the card company signs with.' }),
  operatorKeys: ReceiverKeys('operator'),
  operatorUrl: PeerUrl,
  cardUrl: PeerUrl,
  links: LinksOfPgSchema,
  registrationsPerMinute: Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()], {
    default: 30,
    description: 'Registrations one address may try in a minute; null: no limit. Likewise changes of schedules.',
  }),
  maxScheduleChanges: MaxScheduleChanges,
});

const CardSchema = strictObject({
  port: Port(8083),
  staff: Type.Optional(StaffSchema),
  database: DatabaseSchema,
  signingKey: SigningJwkSchema,
  /** Turns a card number into the token that is stored. */
  tokenKey: Secret32,
  /** What the card company agreed with the PG. */
  contracts: Type.Array(CardAgreementSchema, { minItems: 1, maxItems: 500 }),
  limitWon: Type.Union([PayableWonSchema], { default: 3_000_000, description: 'Largest single amount.' }),
  pgKeys: ReceiverKeys('PG'),
  pgUrl: PeerUrl,
  links: LinksToPgSchema,
});

/** Every key of the cloud's configuration file, with its default. Only the sections of the roles that run are needed. */
export const CloudConfigSchema = strictObject({
  host: Type.String({
    default: '127.0.0.1',
    description:
      'Interface the HTTP services listen on; other than loopback only where each company says who its `staff` is.',
  }),
  /** Each company keeps its database and log in a folder of its own below this. */
  dataDir: Type.String({
    minLength: 1,
    maxLength: 4096,
    description: 'Where databases, logs and the MMS outbox live.',
  }),
  metrics: Type.Enum(metricsReaches, {
    default: 'loopback',
    description: 'Who may read /metrics of each company: programs of this machine, anybody, or nobody (off).',
  }),
  operator: Type.Optional(OperatorSchema),
  pg: Type.Optional(PgSchema),
  card: Type.Optional(CardSchema),
  /** Phones and settlement overview; only where all three companies run in one process. */
  sandbox: Type.Optional(strictObject({ port: Port(8080) })),
});
export type CloudConfig = Static<typeof CloudConfigSchema>;
export type CompanyDatabase = Static<typeof DatabaseSchema>;
export type OperatorConfigSection = Static<typeof OperatorSchema>;
export type PgConfigSection = Static<typeof PgSchema>;
export type CardConfigSection = Static<typeof CardSchema>;
