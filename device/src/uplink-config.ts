import Type from 'typebox';

const ms = (fallback: number, minimum: number, maximum: number, description: string) =>
  Type.Integer({ default: fallback, minimum, maximum, description });

/** How the connection to the broker is kept. */
export const UplinkSchema = Type.Object(
  {
    pingDeadlineMs: ms(
      1_000,
      200,
      60_000,
      'No sign of life of the broker within this: offline. Slow networks need more.',
    ),
    longestReconnectDelayMs: ms(
      15_000,
      500,
      600_000,
      'Waits between tries to connect double up to this; half of each is by chance, so that a shop’s boxes come apart.',
    ),
  },
  { default: {}, additionalProperties: false, description: 'The connection to the broker.' },
);
