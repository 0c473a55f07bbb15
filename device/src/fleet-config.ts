import { logLevels } from '@scanpay/shared/fleet/box-settings.ts';
import Type from 'typebox';

const slipLines = (where: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 40 }), { default: [], maxItems: 4, description: where });
const integer = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });

/** What the operator may set from afar, as `BoxSettings`; beside these, `limits` and `limits.offline`. */
export const fleet = {
  telemetryIntervalMs: integer(300_000, 10_000, 86_400_000, 'How often the box tells how it is, give or take a tenth.'),
  logLevel: Type.Enum(logLevels, { default: 'info', description: 'What is written to the log.' }),
  receipt: Type.Object(
    { header: slipLines('Lines below the name of the shop.'), footer: slipLines('Lines at the foot of a slip.') },
    { default: {}, additionalProperties: false, description: 'Words on every slip.' },
  ),
  health: Type.Object(
    {
      diskWarnMib: integer(500, 1, 1_000_000, 'Less free space than this, in MiB, is a warning.'),
      diskFaultMib: integer(50, 1, 1_000_000, 'Less than this is a fault.'),
      hotC: integer(75, 30, 110, 'Hotter than this, in °C, is a warning.'),
      tooHotC: integer(85, 30, 110, 'Hotter than this is a fault.'),
      driftWarnMs: integer(2_000, 10, 3_600_000, 'A system clock further off is a warning.'),
      certificateWarnDays: integer(5, 0, 365, 'A certificate that runs out sooner is a warning.'),
      memoryWarnPercent: integer(5, 1, 90, 'Less memory available than this is a warning.'),
    },
    { default: {}, additionalProperties: false, description: 'From when on the box calls itself unwell.' },
  ),
};
