import { readFileSync } from 'node:fs';
import type { BenchWorld } from './make-world.ts';

/** Written by this very bench, a moment ago. */
export const readWorld = (path: string): BenchWorld => JSON.parse(readFileSync(path, 'utf8')) as BenchWorld;
