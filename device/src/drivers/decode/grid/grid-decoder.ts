import type { DecodedSymbol, Decoder, LumaImage } from '../../../ports/decoder.ts';
import { checkImage } from '../check-image.ts';
import { drawModules } from './draw-modules.ts';
import { plainMean, trainWeights, weigh } from './equalise.ts';
import { type FunctionPatterns, unknown } from './function-patterns.ts';
import { type LocatedGrid, locateGrids } from './locate-grid.ts';
import { finderCentre } from './module-grid.ts';
import { sampleModules } from './sample-modules.ts';
import { findSymbolRegions, type SymbolRegion } from './symbol-regions.ts';

export interface GridDecoderOptions {
  /** Reads clean drawings that hold one code and nothing else: error correction and text are its part. */
  reader: Decoder;
  /** How often the picture is halved before anything is sought in it. */
  halvings?: number;
  /** Places in the picture that are looked at, those most like a code first. */
  maxRegions?: number;
  /** Places that look less like a code are left: 0.5 is clear finder patterns, above 1 some are blurred or damaged. */
  maxMisfit?: number;
}

/** Versions that one place is tried as. */
const maxVersions = 2;

/** What looks less like a code's own patterns is not read: 1 is a clear code, text and stripes reach 0.4. */
const leastScore = 0.4;

/** The plain mean, then weights from the known modules, then from what the last round made of all of them. */
const rounds = 4;

/**
 * QR codes that a library finds but cannot read, or not even finds: the code's grid is fitted to what every code has
 * (finder, timing and alignment patterns), each module is weighed with its surroundings so that blur and shake are
 * undone, and the modules are drawn anew for `reader`.
 */
export function createGridDecoder(options: GridDecoderOptions): Decoder {
  const { reader, halvings = 0, maxRegions = 4, maxMisfit = 2 } = options;
  return {
    async decode(image) {
      checkImage(image);
      for (const region of findSymbolRegions(image, halvings, maxRegions)) {
        if (region.misfit > maxMisfit) break;
        const symbols = await readRegion(reader, region);
        if (symbols.length > 0) return symbols;
      }
      return [];
    },
  };
}

async function readRegion(reader: Decoder, region: SymbolRegion): Promise<DecodedSymbol[]> {
  for (const located of locateGrids(region, maxVersions)) {
    if (located.score < leastScore) continue;
    const symbols = await readGrid(reader, region.level.image, located);
    if (symbols.length > 0) return symbols;
  }
  return [];
}

async function readGrid(reader: Decoder, image: LumaImage, located: LocatedGrid): Promise<DecodedSymbol[]> {
  const { grid, patterns } = located;
  const { size } = patterns;
  const samples = sampleModules(image, grid, size, sizeModule(located));
  let weights = plainMean;
  for (let round = 0; round < rounds; round += 1) {
    const modules = decide(weigh(samples, size, weights), patterns);
    const symbols = await reader.decode(drawModules(modules, size));
    if (symbols.length > 0) return symbols;
    weights = trainWeights(samples, round === 0 ? patterns : { size, modules });
  }
  return [];
}

function sizeModule({ grid, patterns: { size } }: LocatedGrid): number {
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = grid;
  return Math.hypot(x1 - x0, y1 - y0) / (size - 2 * finderCentre);
}

function decide(values: Float32Array, { modules }: FunctionPatterns): Uint8Array {
  return modules.map((module, at) => (module === unknown ? Number((values[at] as number) < 0) : module));
}
