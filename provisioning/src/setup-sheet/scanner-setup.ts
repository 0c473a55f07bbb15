import type { Bilingual } from '@scanpay/shared/schema.ts';

/** One barcode to scan, in order. */
export interface SetupStep {
  what: Bilingual;
  /** As the maker prints it under the barcode. */
  command: string;
}

/** How scanners of one maker are put on a serial line over USB. */
export interface ScannerSetup {
  maker: string;
  models: string;
  /** Drawn on the sheet; empty where the maker publishes its barcodes as pictures only. */
  steps: readonly SetupStep[];
  /** Where the barcode is found in the maker's manual, by the words beside it. */
  inManual: Bilingual;
  /** `dialect` of the box's configuration. */
  dialect: string;
}

/**
 * Honeywell prints under each menu barcode the command it holds, in Code 128 with FNC3, which makes it one for the
 * scanner itself (ISO/IEC 15417, 4.3.4.2); `TRMUSB130.` and `VSUFCR.` are in "Programming the Interface" and "Data
 * Editing" of the Xenon, Voyager and Granit user guides. Zebra and Newland publish pictures: their barcodes are named
 * here, not drawn. None has been tried on a scanner yet.
 */
export const scannerSetups: readonly ScannerSetup[] = [
  {
    maker: 'Honeywell',
    models: 'Xenon, Voyager, Hyperion, Granit',
    steps: [
      { what: { ko: '1. USB 시리얼로 바꾸기', en: 'Change to USB serial' }, command: 'TRMUSB130.' },
      { what: { ko: '2. 끝에 CR 붙이기', en: 'End each code with CR' }, command: 'VSUFCR.' },
    ],
    inManual: {
      ko: '소리가 나지 않으면 설명서의 「USB Serial」 바코드를 읽히세요.',
      en: 'If it does not beep, scan "USB Serial" in its user guide.',
    },
    dialect: 'honeywell',
  },
  {
    maker: 'Zebra (Symbol, Motorola)',
    models: 'DS22xx, DS43xx, DS81xx, DS93xx',
    steps: [],
    inManual: {
      ko: '설명서 「USB Interface」 장의 「USB CDC Host」 바코드를 읽히세요.',
      en: 'Scan "USB CDC Host" in chapter "USB Interface" of its Product Reference Guide.',
    },
    dialect: 'zebra-ssi',
  },
  {
    maker: 'Newland',
    models: 'NLS-HR, NLS-FM, NLS-FR',
    steps: [],
    inManual: {
      ko: '설명서의 「Enter Setup」, 「USB CDC」(USB COM Port Emulation), 「Exit Setup」을 차례로 읽히세요.',
      en: 'Scan "Enter Setup", "USB CDC" (USB COM Port Emulation), "Exit Setup" in its user guide.',
    },
    dialect: 'newland',
  },
];
