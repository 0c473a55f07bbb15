import Type from 'typebox';

/** The operator's records of its boxes as machines. */
export const FleetSchema = Type.Object(
  {
    telemetryHistory: Type.Integer({
      default: 288,
      minimum: 1,
      maximum: 10_000,
      description: 'Telemetry kept of each box: a day of every five minutes.',
    }),
    telemetryKeepMs: Type.Integer({
      default: 7 * 86_400_000,
      minimum: 60_000,
      maximum: 400 * 86_400_000,
      description: 'What is older is deleted.',
    }),
  },
  { default: {}, additionalProperties: false, description: 'What is kept of how boxes are.' },
);
