import { strictObject } from '@scanpay/shared/schema.ts';
import { VerifyJwkSchema } from '@scanpay/shared/wire/message-key.ts';
import Type, { type Static } from 'typebox';
import { defaultUpdaterLimits } from './updater-deps.ts';

const path = (fallback: string, description: string) =>
  Type.String({ default: fallback, pattern: '^/', maxLength: 4096, description });
const ms = (key: keyof typeof defaultUpdaterLimits, description: string) =>
  Type.Integer({ default: defaultUpdaterLimits[key], minimum: 1, maximum: 86_400_000, description });

/** The updater's configuration file. It is not the box's: the keys that make something a release are in it. */
export const UpdaterConfigSchema = strictObject({
  root: path('/opt/scanpay', 'Where releases lie, and the link to the one that runs.'),
  folders: Type.Object(
    {
      box: path('/var/lib/scanpay-updates', 'Where the box leaves word, and has its socket.'),
      updater: path('/var/lib/scanpay-updater', 'Where the updater does, and keeps its own record.'),
    },
    { default: {}, additionalProperties: false, description: 'As in the box’s configuration.' },
  ),
  releaseKeys: Type.Array(VerifyJwkSchema, {
    maxItems: 8,
    description: 'Whoever holds one of these makes releases. Several, so that a key can be changed; none: no updates.',
  }),
  limits: Type.Object(
    {
      restMs: ms('restMs', 'How often what is wanted is looked for.'),
      askMs: ms('askMs', 'How often the box is asked for its counter, or how it is.'),
      trialMs: ms('trialMs', 'A new release has so long to prove itself.'),
      settleMs: ms('settleMs', 'And must have been well for so long without a break.'),
      returnWaitMs: ms('returnWaitMs', 'On the way back, a busy box is restarted after this.'),
      restartMs: ms('restartMs', 'A restart that is not seen is asked for again after this.'),
      downloadTries: Type.Integer({
        default: defaultUpdaterLimits.downloadTries,
        minimum: 1,
        maximum: 1000,
        description: 'Tries in a row that bring nothing.',
      }),
      firstPauseMs: ms('firstPauseMs', 'Pause after the first broken download; it doubles.'),
      longestPauseMs: ms('longestPauseMs', 'Up to this.'),
      spareBytes: Type.Integer({
        default: defaultUpdaterLimits.spareBytes,
        minimum: 0,
        maximum: 1024 ** 4,
        description: 'Left free on the disk.',
      }),
    },
    { default: {}, additionalProperties: false, description: 'Deadlines and bounds.' },
  ),
});
export type UpdaterConfig = Static<typeof UpdaterConfigSchema>;
