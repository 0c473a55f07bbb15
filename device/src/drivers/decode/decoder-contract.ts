import { describe, expect, it, vi } from 'vitest';
import { type Decoder, type SymbolFormat, symbolFormats } from '../../ports/decoder.ts';
import { drawNothing, drawSymbol } from '../../testing/draw-symbol.ts';

const samples: Readonly<Record<SymbolFormat, string>> = {
  QRCode: 'SP1:6BFOXN%TS3DH 가나다라',
  Aztec: 'SP1:6BFOXN%TS3DH',
  DataMatrix: 'SP1:6BFOXN%TS3DH',
  PDF417: 'SP1:6BFOXN%TS3DH',
  Code128: 'SP1:6BFOXN%TS3DH',
  EAN13: '4006381333931',
};

/** What every decoder must do; each driver's test runs it. */
export function describeDecoder(name: string, create: (formats?: readonly SymbolFormat[]) => Decoder): void {
  describe(`${name} as a decoder`, () => {
    it.each(symbolFormats)('reads %s when told to look for it', async (format) => {
      const image = await drawSymbol(format, samples[format]);
      expect(await create([format]).decode(image)).toEqual([{ format, text: samples[format] }]);
    });

    it('reads each of all formats at once', async () => {
      const decoder = create(symbolFormats);
      for (const format of symbolFormats) {
        const symbols = await decoder.decode(await drawSymbol(format, samples[format]));
        expect(symbols).toEqual([{ format, text: samples[format] }]);
      }
    });

    it('looks for QR only when told nothing', async () => {
      const decoder = create();
      expect(await decoder.decode(await drawSymbol('QRCode', 'only'))).toEqual([{ format: 'QRCode', text: 'only' }]);
      expect(await decoder.decode(await drawSymbol('DataMatrix', 'only'))).toEqual([]);
    });

    it('finds nothing where nothing is, silently, also right after a code was read', async () => {
      const methods = ['log', 'warn', 'error', 'info', 'debug'] as const;
      const spies = methods.map((method) => vi.spyOn(console, method));
      const decoder = create(symbolFormats);
      for (const format of symbolFormats) {
        await decoder.decode(await drawSymbol(format, samples[format]));
        expect(await decoder.decode(drawNothing()), format).toEqual([]);
      }
      for (const spy of spies) {
        expect(spy).not.toHaveBeenCalled();
        spy.mockRestore();
      }
    });

    it('takes the smallest picture, and one that is a view into a larger buffer', async () => {
      const decoder = create(symbolFormats);
      expect(await decoder.decode({ data: Uint8Array.of(128), width: 1, height: 1 })).toEqual([]);
      const image = await drawSymbol('QRCode', 'view');
      const larger = new Uint8Array(image.data.length + 32);
      larger.set(image.data, 16);
      const data = larger.subarray(16, 16 + image.data.length);
      expect(await decoder.decode({ ...image, data })).toEqual([{ format: 'QRCode', text: 'view' }]);
    });

    it('does not change the picture it is given', async () => {
      const image = await drawSymbol('QRCode', 'kept');
      const before = Uint8Array.from(image.data);
      await create().decode(image);
      expect(image.data).toEqual(before);
    });

    it.each([
      ['fewer bytes than pixels', { data: new Uint8Array(99), width: 10, height: 10 }],
      ['no pixels', { data: new Uint8Array(0), width: 0, height: 10 }],
      ['a fraction of a pixel', { data: new Uint8Array(15), width: 1.5, height: 10 }],
      ['a side beyond the limit', { data: new Uint8Array(8193), width: 8193, height: 1 }],
    ])('refuses a picture with %s', async (_, image) => {
      await expect(create().decode(image)).rejects.toMatchObject({ code: 'internal' });
    });
  });
}
