import { describe, expect, it } from 'vitest';
import type { DecodedSymbol, Decoder } from '../../ports/decoder.ts';
import { drawNothing } from '../../testing/draw-symbol.ts';
import { describeDecoder } from './decoder-contract.ts';
import { createDefaultDecoder } from './default-decoder.ts';
import { createPipelineDecoder } from './pipeline-decoder.ts';

function createScripted(name: string, asked: string[], symbols: DecodedSymbol[]): Decoder {
  return {
    async decode() {
      asked.push(name);
      return symbols;
    },
  };
}

describe('createPipelineDecoder', () => {
  it('stops at the first decoder that finds something', async () => {
    const asked: string[] = [];
    const found: DecodedSymbol[] = [{ format: 'QRCode', text: 'second' }];
    const pipeline = createPipelineDecoder([
      createScripted('first', asked, []),
      createScripted('second', asked, found),
      createScripted('third', asked, [{ format: 'QRCode', text: 'third' }]),
    ]);
    expect(await pipeline.decode(drawNothing())).toEqual(found);
    expect(asked).toEqual(['first', 'second']);
  });

  it('asks all of them before it gives up', async () => {
    const asked: string[] = [];
    const pipeline = createPipelineDecoder([createScripted('a', asked, []), createScripted('b', asked, [])]);
    expect(await pipeline.decode(drawNothing())).toEqual([]);
    expect(asked).toEqual(['a', 'b']);
  });
});

describeDecoder('the default pipeline', (formats) => createDefaultDecoder(formats && { formats }));
