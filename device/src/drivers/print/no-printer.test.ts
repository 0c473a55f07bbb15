import { describe, expect, it } from 'vitest';
import { createNoPrinter } from './no-printer.ts';
import { describePrinterPort } from './testing/printer-contract.ts';
import { slipA } from './testing/printer-rig.ts';

describePrinterPort('none', async () => ({ printer: createNoPrinter(), close: async () => {} }));

describe('a box without a printer', () => {
  it('says of every job that it will never be printed', async () => {
    const printer = createNoPrinter();
    await printer.start();
    expect(await printer.print(slipA)).toEqual({ kind: 'no-printer' });
    expect(await printer.status()).toMatchObject({ kind: 'unknown', cause: 'no-printer' });
  });
});
