import { OperatorVerifyJwkSchema } from '@scanpay/shared/auth-barcode/key-jwk.ts';
import { metricsReaches } from '@scanpay/shared/metrics/metrics-access.ts';
import { maxAmountWon, type Won } from '@scanpay/shared/money.ts';
import { DeviceIdSchema, MerchantIdSchema, strictObject } from '@scanpay/shared/schema.ts';
import { SigningJwkSchema, VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type, { type Static, type TSchema } from 'typebox';
import { fleet } from './fleet-config.ts';
import { UplinkSchema } from './uplink-config.ts';

const ms = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });
const path = (description: string) => Type.String({ minLength: 1, maxLength: 4096, description });

/** The words of `device/src/drivers`, which the configuration does not import. */
const serialFormats = ['8N1', '8E1', '8O1', '8N2', '7E1', '7O1', '7N2'] as const;
const dialectNames = ['plain', 'honeywell', 'zebra-ssi', 'newland'] as const;

const ScannerSchema = Type.Union([
  strictObject({
    kind: Type.Literal('serial'),
    path: path('Device file or glob, e.g. /dev/serial/by-id/*Honeywell*; or USB ids, usb:0c2e:0b6a (see lsusb).'),
    baudRate: Type.Integer({ default: 9600, minimum: 1200, maximum: 921_600, description: 'Line speed.' }),
    format: Type.Enum(serialFormats, { default: '8N1', description: 'Data bits, parity, stop bits, as in manuals.' }),
    dialect: Type.Enum(dialectNames, {
      default: 'plain',
      description: 'How the scanner is given sounds, LEDs and its trigger; plain: not at all. It reads in every one.',
    }),
    trigger: Type.Enum(['scanner', 'box'], {
      default: 'scanner',
      description: 'box: opened by the box while a sale waits for a scan; needs a dialect. scanner: by hand or itself.',
    }),
    lineEnd: Type.Enum(['marked', 'pause'], {
      default: 'marked',
      description: 'marked: CR, LF, CRLF or ETX ends a scan. pause: interByteTimeoutMs of silence does, too.',
    }),
    interByteTimeoutMs: ms(200, 20, 5_000, 'A scan that stops for longer is given up, or is whole: see lineEnd.'),
  }),
  strictObject({
    kind: Type.Literal('keyboard'),
    path: Type.String({
      pattern: '^/',
      maxLength: 4096,
      description: 'Device file or glob, e.g. /dev/input/by-id/*Scanner*-event-kbd. Set the scanner to country USA.',
    }),
    searchPath: Type.Optional(Type.String({ minLength: 1, description: 'Where evtest is looked for; else $PATH.' })),
    interByteTimeoutMs: ms(200, 20, 5_000, 'A scan whose keys stop for longer is given up.'),
  }),
  strictObject({
    kind: Type.Literal('camera'),
    searchPath: Type.Optional(
      Type.String({ minLength: 1, description: 'Where rpicam-vid is looked for; else $PATH.' }),
    ),
    widthPx: Type.Integer({ default: 1280, minimum: 320, maximum: 4096, description: 'Picture width.' }),
    heightPx: Type.Integer({ default: 720, minimum: 240, maximum: 4096, description: 'Picture height.' }),
    framesPerSecond: Type.Integer({ default: 15, minimum: 1, maximum: 60, description: 'Pictures a second.' }),
  }),
]);

const perColour = <T extends TSchema>(schema: T) =>
  strictObject({ red: Type.Optional(schema), green: Type.Optional(schema), blue: Type.Optional(schema) });
const lines = perColour(
  Type.Integer({ minimum: 0, maximum: 255, description: 'GPIO line on its chip, without base.' }),
);
const leds = perColour(Type.String({ pattern: '^[A-Za-z0-9:_-]{1,64}$', description: 'Name below /sys/class/leds.' }));
const chip = Type.String({
  default: 'auto',
  pattern: '^[A-Za-z0-9@.,:_-]{1,64}$',
  description: 'GPIO chip: auto (a Raspberry Pi’s header, or the only chip), a label (pinctrl-rp1), or gpiochip0.',
});
const activeLow = Type.Boolean({ default: false, description: 'The LEDs light when their line is low.' });
const LightSchema = Type.Union(
  [
    strictObject({
      kind: Type.Literal('auto', {
        default: 'auto',
        description: 'The first that works here: onoff, gpioset, leds; the others wherever this one will not do.',
      }),
      chip,
      lines: Type.Unsafe<Static<typeof lines>>({ ...lines, default: {} }),
      activeLow,
      leds: Type.Unsafe<Static<typeof leds>>({ ...leds, default: {} }),
    }),
    strictObject({ kind: Type.Literal('onoff'), chip, lines, activeLow }),
    strictObject({ kind: Type.Literal('gpioset'), chip, lines, activeLow }),
    strictObject({ kind: Type.Literal('leds'), leds }),
    strictObject({ kind: Type.Literal('log') }),
    strictObject({ kind: Type.Literal('none') }),
  ],
  { default: {}, description: 'The status light; without lines and LEDs there is none.' },
);

const columns = Type.Union([Type.Literal(32), Type.Literal(42), Type.Literal(48)], {
  default: 42,
  description: 'Characters on a line: 58 mm paper 32; 80 mm paper 42 (180 dpi) or 48 (203 dpi).',
});
const answers = Type.Boolean({
  default: true,
  description: 'False for a printer or a cable that cannot answer: receipts are then sent without asking.',
});
const text = Type.Union([Type.Literal('cp949'), Type.Literal('raster')], {
  default: 'cp949',
  description:
    'Who draws the letters: a Korean printer from CP949, or the box dot by dot for one without Korean letters.',
});
const qr = Type.Union([Type.Literal('native'), Type.Literal('raster')], {
  default: 'native',
  description: 'Who draws the QR code: the printer (GS ( k), or the box dot by dot (GS v 0) for one that cannot.',
});
const PrinterSchema = Type.Union([
  strictObject({
    kind: Type.Literal('serial'),
    path: path('Device file of the printer.'),
    baudRate: Type.Integer({ default: 9600, minimum: 1200, maximum: 921_600, description: 'Line speed.' }),
    flowControl: Type.Union([Type.Literal('none'), Type.Literal('rtscts'), Type.Literal('xonxoff')], {
      default: 'none',
      description: 'How the printer says that its buffer is full, as its switches are set.',
    }),
    answers,
    columns,
    text,
    qr,
  }),
  strictObject({
    kind: Type.Literal('tcp'),
    host: Type.String({ minLength: 1, description: 'Address of the printer.' }),
    port: Type.Integer({ default: 9100, minimum: 1, maximum: 65_535, description: 'Raw printing port.' }),
    answers,
    columns,
    text,
    qr,
  }),
  strictObject({ kind: Type.Literal('none'), columns, text, qr }),
]);

/** What an enrolled box gets from the operator, and otherwise stands in its configuration file. */
const place = {
  deviceId: DeviceIdSchema,
  /** The box's own signing key; made on the box and never sent anywhere. */
  signingKey: SigningJwkSchema,
  merchant: strictObject({
    merchantId: MerchantIdSchema,
    name: Type.String({ minLength: 1, maxLength: 60, description: 'Name of the shop, as printed.' }),
    businessNumber: Type.String({ pattern: '^[0-9]{3}-[0-9]{2}-[0-9]{5}$', description: '사업자등록번호.' }),
  }),
  operator: strictObject({
    /** Keys that sign messages and statements to this box. */
    messageKeys: Type.Array(VerifyJwkSchema, { minItems: 1, maxItems: 8 }),
    /** Keys that sign coupons. */
    couponKeys: Type.Array(OperatorVerifyJwkSchema, { minItems: 1, maxItems: 16 }),
  }),
  broker: strictObject({
    url: Type.String({ pattern: '^mqtts?://', description: 'mqtt://host:1883 or mqtts://host:8883.' }),
    password: Type.Optional(
      Type.String({ minLength: 1, maxLength: 128, description: 'The box’s token, at a broker without TLS.' }),
    ),
  }),
};

const UpdatesSchema = Type.Union(
  [
    strictObject({
      box: path('The box’s own folder, e.g. /var/lib/scanpay-updates.'),
      updater: path('The updater’s, which the box reads, e.g. /var/lib/scanpay-updater.'),
    }),
    Type.Null(),
  ],
  { default: null, description: 'Folders by which the updater is spoken to; null: only the package brings releases.' },
);

/** Every other key of the box's configuration file, with its default. */
const local = {
  ...fleet,
  uplink: UplinkSchema,
  dataDir: path('Where journal and identity live.'),
  updates: UpdatesSchema,
  repeatWindowMs: ms(1_500, 0, 60_000, 'The same code again within this is one scan.'),
  logFile: Type.Union([path('Log file.'), Type.Null()], { default: null, description: 'Null: standard output.' }),
  scanners: Type.Array(ScannerSchema, { minItems: 1, maxItems: 4, description: 'Whatever reads codes.' }),
  light: LightSchema,
  printer: PrinterSchema,
  counter: strictObject({
    host: Type.String({ default: '127.0.0.1', description: 'Address the counter page listens on.' }),
    port: Type.Integer({ default: 8080, minimum: 0, maximum: 65_535, description: 'Port of the page; 0: any.' }),
  }),
  metrics: Type.Enum(metricsReaches, {
    default: 'loopback',
    description: 'Who may read /metrics at the counter’s address: programs of this machine, anybody, or nobody (off).',
  }),
  bootDir: Type.Union([path('Folder on the boot partition.'), Type.Null()], {
    default: '/boot/firmware/scanpay',
    description: 'Where claim.txt and wifi.txt are looked for at the start; null: nowhere.',
  }),
  wifi: Type.Object(
    { command: Type.String({ default: 'nmcli', minLength: 1, description: 'NetworkManager’s program.' }) },
    {
      default: {},
      additionalProperties: false,
      description: 'How Wi-Fi is set, by a code or from the boot partition.',
    },
  ),
  standingApproval: Type.Boolean({ default: false, description: 'Approve statements that agree without a press.' }),
  clock: Type.Object(
    {
      maxTrustAgeMs: ms(
        36 * 3_600_000,
        60_000,
        30 * 86_400_000,
        'Trust in the time ends this long after it was confirmed.',
      ),
      warnDriftMs: ms(2_000, 10, 3_600_000, 'A system clock further off the operator’s is shown as a warning.'),
      warnRatePpm: Type.Integer({
        default: 200,
        minimum: 1,
        maximum: 100_000,
        description: 'Likewise, one that drifts faster.',
      }),
    },
    { default: {}, additionalProperties: false, description: 'Bounds of the clock.' },
  ),
  alarms: Type.Object(
    {
      raiseAfterMs: ms(30_000, 0, 3_600_000, 'A fault is reported to the operator once it has lasted for so long.'),
      clearAfterMs: ms(10_000, 0, 3_600_000, 'It is over once nothing was seen of it for so long.'),
      unresolvedMs: ms(600_000, 10_000, 86_400_000, 'A payment without an outcome is reported after this.'),
      diskFreeBytes: Type.Integer({
        default: 200 * 1024 * 1024,
        minimum: 0,
        maximum: Number.MAX_SAFE_INTEGER,
        description: 'Less free space than this is reported.',
      }),
      temperatureC: Type.Integer({ default: 75, minimum: 30, maximum: 120, description: 'So is this temperature.' }),
    },
    { default: {}, additionalProperties: false, description: 'When the box reports that something is wrong.' },
  ),
  limits: Type.Object(
    {
      offline: Type.Object(
        {
          maxCount: Type.Integer({
            default: 20,
            minimum: 0,
            maximum: 1000,
            description: 'Redemptions that wait at most; 0: none.',
          }),
          maxTotalWon: Type.Unsafe<Won>(
            Type.Integer({
              default: 1_000_000,
              minimum: 0,
              maximum: maxAmountWon,
              description: 'What those are charged in all.',
            }),
          ),
          maxPerCoupon: Type.Integer({
            default: 1,
            minimum: 1,
            maximum: 99,
            description: 'Uses of one coupon at this box.',
          }),
        },
        { default: {}, additionalProperties: false, description: 'Offline cash; the operator’s terms bound it too.' },
      ),
      deadlineMs: ms(10_000, 1_000, 60_000, 'No result within this: unknown.'),
      repeatMs: ms(2_000, 200, 30_000, 'An unanswered message is repeated after this.'),
      inquiries: Type.Integer({ default: 3, minimum: 1, maximum: 20, description: 'Inquiries before the reversal.' }),
      maxRepeatMs: ms(60_000, 1_000, 600_000, 'Longest pause between reversals or cancels.'),
      recheckMs: ms(120_000, 5_000, 600_000, 'Time the clerk has for a recheck.'),
      awaitScanMs: ms(120_000, 5_000, 600_000, 'Time an entered sale waits for a scan.'),
      showResultMs: ms(30_000, 1_000, 600_000, 'How long a result stays on the counter.'),
      maxOpen: Type.Integer({ default: 20, minimum: 1, maximum: 1000, description: 'Unresolved payments at most.' }),
    },
    { default: {}, additionalProperties: false, description: 'Deadlines and bounds of the counter.' },
  ),
};

/** The configuration file of a box that is enrolled. */
export const LocalConfigSchema = strictObject(local);
export type LocalConfig = Static<typeof LocalConfigSchema>;
/** The whole: of a box that is not enrolled but knows its place from the file, and what runs in either case. */
export const DeviceConfigSchema = strictObject({ ...place, ...local });
export type DeviceConfig = Static<typeof DeviceConfigSchema>;
