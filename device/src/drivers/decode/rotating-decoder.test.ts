import { describe, expect, it } from 'vitest';
import type { DecodedSymbol, Decoder } from '../../ports/decoder.ts';
import { drawNothing } from '../../testing/draw-symbol.ts';
import { describeDecoder } from './decoder-contract.ts';
import { createFrameDecoder } from './frame-decoder.ts';
import { createRotatingDecoder } from './rotating-decoder.ts';

function createScripted(name: string, asked: string[], symbols: DecodedSymbol[]): Decoder {
  return {
    async decode() {
      asked.push(name);
      return symbols;
    },
  };
}

const symbol: DecodedSymbol = { format: 'QRCode', text: 'seen' };

describe('createRotatingDecoder', () => {
  it('gives each picture to one of the others, in turn', async () => {
    const asked: string[] = [];
    const decoder = createRotatingDecoder(createScripted('always', asked, []), [
      createScripted('a', asked, []),
      createScripted('b', asked, [symbol]),
    ]);
    expect(await decoder.decode(drawNothing())).toEqual([]);
    expect(await decoder.decode(drawNothing())).toEqual([symbol]);
    expect(await decoder.decode(drawNothing())).toEqual([]);
    expect(asked).toEqual(['always', 'a', 'always', 'b', 'always', 'a']);
  });

  it('asks nobody else, and skips no turn, when the first finds something', async () => {
    const asked: string[] = [];
    const decoder = createRotatingDecoder(createScripted('always', asked, [symbol]), [createScripted('a', asked, [])]);
    expect(await decoder.decode(drawNothing())).toEqual([symbol]);
    expect(asked).toEqual(['always']);
  });
});

describeDecoder('the decoder for frames', (formats) => createFrameDecoder(formats && { formats }));
