import { type Dialect, plainDialect } from './dialect.ts';
import { honeywellDialect } from './honeywell.ts';
import { newlandDialect } from './newland.ts';
import { zebraSsiDialect } from './zebra-ssi.ts';

/** How a scanner is spoken to; `plain`: not at all. */
export type DialectName = 'plain' | 'honeywell' | 'zebra-ssi' | 'newland';

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  plain: plainDialect,
  honeywell: honeywellDialect,
  'zebra-ssi': zebraSsiDialect,
  newland: newlandDialect,
};
