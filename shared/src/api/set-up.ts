import Type, { type Static } from 'typebox';
import { EpochMsSchema, ErrorCodeSchema, strictObject } from '../schema.ts';
import { LightRowSchema } from './box.ts';

const stages = ['waiting', 'joining-wifi', 'enrolling', 'testing', 'done'] as const;
const outcomes = ['ok', 'warning', 'fault', 'skipped'] as const;

const WordsSchema = strictObject({ ko: Type.String(), en: Type.String() });

/** What the page of a box says that is being set up (`GET /api/set-up`, in place of the counter's API). */
export const SetUpViewSchema = strictObject({
  nowMs: EpochMsSchema,
  stage: Type.Enum(stages),
  headline: WordsSchema,
  advice: WordsSchema,
  /** Why the last code was refused. */
  refusal: Type.Union([
    strictObject({ code: ErrorCodeSchema, detail: Type.String(), atMs: EpochMsSchema }),
    Type.Null(),
  ]),
  /** What the lamp shows, as `GET /api/lights` lists it. */
  light: LightRowSchema,
  /** Scanners that could take a code now, and what is wrong with the others. */
  scanners: Type.Array(strictObject({ part: Type.String(), isReady: Type.Boolean(), detail: Type.String() })),
  /** Results of the self-test, once it is over. */
  checks: Type.Array(strictObject({ name: WordsSchema, outcome: Type.Enum(outcomes), seen: Type.String() })),
});
export type SetUpView = Static<typeof SetUpViewSchema>;
