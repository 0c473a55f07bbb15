import { writeFileSync } from 'node:fs';
import { drawSetupSheet } from './draw-sheet.ts';
import { scannerSetups } from './scanner-setup.ts';

/** `npm run setup-sheet -- FILE`: writes the sheet that puts scanners on a serial line, as PNG for A4 paper. */
const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error('usage: npm run setup-sheet -- FILE.png');
  process.exit(2);
}
writeFileSync(file, await drawSetupSheet(scannerSetups));
