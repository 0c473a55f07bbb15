import { describeDecoder } from './decoder-contract.ts';
import { createZxingJsDecoder } from './zxing-js-decoder.ts';

describeDecoder('@zxing/library', (formats) => createZxingJsDecoder(formats && { formats }));
