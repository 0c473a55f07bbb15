import type { TSchema } from 'typebox';
import type { Bilingual } from '../schema.ts';

/** One kind of command: what the operator orders, and what the box answers once it is done. */
export interface CommandKind {
  kind: string;
  /** The order; its member `kind` is this kind. */
  order: TSchema;
  /** What is found out by doing it. */
  result: TSchema;
  /** For the button and the list. */
  words: Bilingual;
}
