import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatFigures } from './format-figures.ts';
import { measureFleet } from './measure-fleet.ts';

/**
 * `npm run bench:fleet [-- --boxes N] [--json FILE]`: boxes with certificates of their own at the embedded broker, and at
 * a Mosquitto on this machine: all connect at once, all drop and come back, all get new settings.
 */
const options = { boxes: { type: 'string', default: '200' }, json: { type: 'string' } } as const;
const largest = 20_000;

function parseBoxes(text: string): number {
  const boxes = Number(text);
  if (/^\d+$/.test(text) && boxes >= 1 && boxes <= largest) return boxes;
  throw new Error(`--boxes: not 1 to ${largest}: ${text}`);
}

const { values } = parseArgs({ options });
try {
  const figures = await measureFleet(parseBoxes(values.boxes), (line) => console.error(line));
  console.log(formatFigures(figures));
  if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(figures, null, 2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
