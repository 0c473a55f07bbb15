import { loadReceiptFont } from '@scanpay/device/drivers/print/receipt-font.ts';
import { toBuffer } from 'bwip-js/node';
import sharp from 'sharp';
import type { ScannerSetup, SetupStep } from './scanner-setup.ts';

/** A4 at 200 dots to the inch. */
const page = { width: 1654, height: 2339 };
const marginPx = 110;
/** 0.38 mm: wide enough for any printer and any scanner. */
const modulePx = 3;
const barMm = 14;
const stepHeightPx = 300;

interface Line {
  text: string;
  sizePx: number;
  bold?: boolean;
}

/** Something on the page, with its height. */
type Block = { heightPx: number; line: Line } | { heightPx: number; barcode: Buffer };

/** @returns the sheet as PNG, to be printed on A4 at its own size. */
export async function drawSetupSheet(setups: readonly ScannerSetup[]): Promise<Buffer> {
  await loadReceiptFont();
  const blocks = [...writeHead(), ...(await Promise.all(setups.map(drawSetup))).flat(), ...writeFoot()];
  const texts: string[] = [];
  const pictures: { input: Buffer; left: number; top: number }[] = [];
  let top = marginPx;
  for (const block of blocks) {
    if ('barcode' in block) pictures.push({ input: block.barcode, left: marginPx, top });
    else texts.push(drawLine(block.line, top));
    top += block.heightPx;
  }
  if (top > page.height - marginPx) throw new Error(`the sheet is ${top} dots long, more than one page`);
  const svg = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${page.width}" height="${page.height}">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...texts,
    '</svg>',
  ];
  const paper = sharp(Buffer.from(svg.join('')), { density: 72 }).composite(pictures);
  return paper.grayscale().withMetadata({ density: 200 }).png({ palette: true, colours: 16 }).toBuffer();
}

const text = (words: string, sizePx: number, bold = false): Block => ({
  heightPx: Math.round(sizePx * 1.5),
  line: { text: words, sizePx, bold },
});
const gap = (heightPx: number): Block => ({ heightPx, line: { text: '', sizePx: 1 } });

const writeHead = (): Block[] => [
  text('ScanPay 스캐너 설정', 60, true),
  text('Putting a scanner on a serial line over USB', 36),
  gap(24),
  text('스캐너를 꽂고, 회사에 맞는 바코드를 위에서부터 차례로 읽히세요.', 34),
  text('Plug the scanner in; scan the codes of its maker, from the top down.', 28),
  gap(30),
];

const writeFoot = (): Block[] => [
  gap(20),
  text('끝나면 단말에서 scanpay-device doctor 로 확인하세요. 스캐너 줄이 OK 이면 됩니다.', 30),
  text('Then run scanpay-device doctor on the box: the line "scanner" must say OK.', 26),
];

async function drawSetup({ maker, models, steps, inManual, dialect }: ScannerSetup): Promise<Block[]> {
  return [
    text(maker, 44, true),
    text(`${models}   (dialect: ${dialect})`, 28),
    ...(await Promise.all(steps.map(drawStep))).flat(),
    text(inManual.ko, 30),
    text(inManual.en, 26),
    gap(46),
  ];
}

async function drawStep({ what, command }: SetupStep): Promise<Block[]> {
  const barcode = await drawCommand(command);
  const heading = text(`${what.ko}   ${what.en}   [${command}]`, 30);
  return [gap(10), heading, { heightPx: stepHeightPx - heading.heightPx - 10, barcode }];
}

/** Code 128 for the scanner itself: FNC3 before the data. */
function drawCommand(command: string): Promise<Buffer> {
  return toBuffer({
    ...{ bcid: 'code128', text: `^FNC3${command}`, parsefnc: true, scale: modulePx, height: barMm },
    ...{ paddingwidth: 10, paddingheight: 4, backgroundcolor: 'FFFFFF' },
  });
}

function drawLine({ text: words, sizePx, bold = false }: Line, top: number): string {
  const escaped = words.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
  const weight = bold ? ' font-weight="700"' : '';
  const font = `font-family="Nanum Gothic Coding" font-size="${sizePx}"${weight}`;
  return `<text x="${marginPx}" y="${top + sizePx}" xml:space="preserve" ${font}>${escaped}</text>`;
}
