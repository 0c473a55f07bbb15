import { createPaper } from '../paper.ts';
import { layCable } from './cable.ts';

/** A scanner and a printer outside of the machine, which keep what they have when it goes. */
export async function layInstruments(folder: string) {
  const paper = createPaper();
  const scanner = await layCable(folder, 'scanner', () => undefined);
  const printer = await layCable(folder, 'printer', (bytes) =>
    paper.printer.receive(bytes, (answer) => printer.write(answer)),
  );
  return {
    scannerPath: scanner.path,
    printerPath: printer.path,
    paper,
    scan: (text: string): void => scanner.write(`${text}\r\n`),
    async close(): Promise<void> {
      await scanner.close();
      await printer.close();
    },
  };
}
