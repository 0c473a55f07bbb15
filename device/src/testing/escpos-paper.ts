import iconv from 'iconv-lite';
import QRCode from 'qrcode';
import type { GlyphCell } from '../drivers/print/receipt-font.ts';
import { type CommandName, readToken } from './escpos-tokens.ts';

/** One printed character, in dots from the top left of the printable area. */
export interface PrintedCell extends GlyphCell {
  underline: boolean;
}

/** A printed picture: QR code or raster; `isBlack` is asked per square of `dotSize` dots. */
export interface PrintedBitmap {
  x: number;
  y: number;
  columns: number;
  rows: number;
  dotSize: number;
  isBlack(column: number, row: number): boolean;
}

/** What came out of the printer. */
export interface Paper {
  widthDots: number;
  heightDots: number;
  cells: PrintedCell[];
  bitmaps: PrintedBitmap[];
  /** Where the knife went, in dots from the top. */
  cuts: number[];
}

/** Bytes this printer does not understand. A receipt that causes it would print rubbish on a real one. */
class EscPosError extends Error {
  override readonly name = 'EscPosError';
}

const cellWidth = 12;
const cellHeight = 24;
/** ESC 2: 1/6 inch at 203 dpi. */
const lineSpacing = 34;
/** Vertical motion unit in dots: 1/406 inch, as on Epson's 203 dpi models. */
const motionUnit = 0.5;
/** From the print head to the knife. */
const feedToKnife = 64;
const maxHeightDots = 16_000;

interface Modes {
  align: number;
  bold: boolean;
  underline: boolean;
  inverse: boolean;
  widthTimes: number;
  heightTimes: number;
  kanji: boolean;
}

const powerOnModes: Modes = {
  align: 0,
  bold: false,
  underline: false,
  inverse: false,
  widthTimes: 1,
  heightTimes: 1,
  kanji: false,
};

interface Press {
  paper: Paper;
  modes: Modes;
  /** The line being collected; x counts from 0 until it is aligned. */
  line: Omit<PrintedCell, 'y'>[];
  lineWidth: number;
  y: number;
  qr: { moduleDots: number; level: 'L' | 'M' | 'Q' | 'H'; data: string | undefined };
}

/**
 * Prints bytes on paper of `columns` characters, strictly: an unknown command, an argument outside its range, a line
 * wider than the paper, a high byte outside two-byte mode or bytes cut off midway throw `EscPosError`.
 */
export function printOnPaper(bytes: Uint8Array, columns: number): Paper {
  const press: Press = {
    paper: { widthDots: columns * cellWidth, heightDots: 0, cells: [], bitmaps: [], cuts: [] },
    modes: powerOnModes,
    line: [],
    lineWidth: 0,
    y: 0,
    qr: { moduleDots: 3, level: 'L', data: undefined },
  };
  let offset = 0;
  while (offset < bytes.length) {
    const read = readToken(bytes, offset);
    if (read === undefined) throw new EscPosError(`the bytes end within a command at ${offset}`);
    const { token, next } = read;
    if (token.kind === 'unknown') throw new EscPosError(`unknown byte ${hex(token.bytes)} at ${offset}`);
    if (token.kind === 'text') printText(press, token.bytes);
    else handlers[token.name](press, token.args, token.name);
    if (press.y > maxHeightDots) throw new EscPosError('the slip is longer than two metres');
    offset = next;
  }
  if (press.line.length > 0) throw new EscPosError('the last line is not fed');
  press.paper.heightDots = press.y;
  return press.paper;
}

type Handler = (press: Press, args: Uint8Array, name: CommandName) => void;

const handlers: Record<CommandName, Handler> = {
  // Ignored by printers in standard mode, and used as padding after a broken connection.
  NUL: () => {},
  LF: (press) => feedLine(press),
  'ESC @': (press) => {
    press.line = [];
    press.lineWidth = 0;
    setModes(press, powerOnModes);
  },
  'ESC -': (press, args, name) => setModes(press, { underline: argument(args, name, [0, 1, 2]) > 0 }),
  'FS -': (press, args, name) => setModes(press, { underline: argument(args, name, [0, 1, 2]) > 0 }),
  'ESC E': (press, args, name) => setModes(press, { bold: argument(args, name, [0, 1]) === 1 }),
  'GS B': (press, args, name) => setModes(press, { inverse: argument(args, name, [0, 1]) === 1 }),
  'ESC a': (press, args, name) => {
    if (press.line.length > 0) throw new EscPosError('ESC a works at the start of a line only');
    setModes(press, { align: argument(args, name, [0, 1, 2]) });
  },
  'ESC d': (press, args) => {
    for (let count = args[0] ?? 0; count > 0; count -= 1) feedLine(press);
  },
  'ESC J': (press, args) => {
    if (press.line.length > 0) feedLine(press);
    press.y += Math.round((args[0] ?? 0) * motionUnit);
  },
  // Only ASCII is printed outside two-byte mode, and that is the same in every code page but 437's variants.
  'ESC t': (_press, args, name) => argument(args, name, [0]),
  'FS &': (press) => setModes(press, { kanji: true }),
  'FS .': (press) => setModes(press, { kanji: false }),
  'GS !': (press, args, name) => {
    const size = argument(args, name, [0x00, 0x01, 0x10, 0x11]);
    setModes(press, { widthTimes: (size >> 4) + 1, heightTimes: (size & 0x0f) + 1 });
  },
  'GS ( k': (press, args) => handleQr(press, args),
  'GS v 0': (press, args) => printRaster(press, args),
  'GS V': (press, args, name) => {
    if (press.line.length > 0) throw new EscPosError('GS V works at the start of a line only');
    const mode = argument(args, name, [0, 1, 48, 49, 65, 66]);
    if (mode >= 65) press.y += feedToKnife + (args[1] ?? 0);
    press.paper.cuts.push(press.y);
  },
  'GS a': () => {},
  // A question; the answer is the emulator's business.
  'GS r': (_press, args, name) => argument(args, name, [1, 2, 49, 50]),
};

function argument(args: Uint8Array, name: CommandName, allowed: readonly number[]): number {
  const value = args[0];
  if (value === undefined || !allowed.includes(value)) throw new EscPosError(`${name} ${hex(args)} is not known`);
  return value;
}

function setModes(press: Press, modes: Partial<Modes>): void {
  press.modes = { ...press.modes, ...modes };
}

function printText(press: Press, bytes: Uint8Array): void {
  for (const character of decodeText(press, bytes)) {
    const { widthTimes, heightTimes, bold, underline, inverse } = press.modes;
    const widthDots = cellWidth * (character <= '~' ? 1 : 2) * widthTimes;
    if (press.lineWidth + widthDots > press.paper.widthDots) {
      const text = press.line.map((cell) => cell.character).join('');
      throw new EscPosError(`the line is wider than the paper: ${text}${character}`);
    }
    const heightDots = cellHeight * heightTimes;
    press.line.push({ character, x: press.lineWidth, widthDots, heightDots, bold, underline, inverse });
    press.lineWidth += widthDots;
  }
}

function decodeText(press: Press, bytes: Uint8Array): string {
  if (bytes.includes(0x7f)) throw new EscPosError('DEL is not printable');
  if (!press.modes.kanji && bytes.some((byte) => byte > 0x7f)) {
    throw new EscPosError(`two-byte characters outside two-byte mode: ${hex(bytes)}`);
  }
  const text = iconv.decode(Buffer.from(bytes), 'cp949');
  if (text.includes('\ufffd')) throw new EscPosError(`not CP949: ${hex(bytes)}`);
  return text;
}

function leftEdge(press: Press, widthDots: number): number {
  return Math.floor(((press.paper.widthDots - widthDots) * press.modes.align) / 2);
}

function feedLine(press: Press): void {
  const left = leftEdge(press, press.lineWidth);
  const heightDots = Math.max(0, ...press.line.map((cell) => cell.heightDots));
  for (const cell of press.line) {
    press.paper.cells.push({ ...cell, x: left + cell.x, y: press.y + heightDots - cell.heightDots });
  }
  press.line = [];
  press.lineWidth = 0;
  press.y += Math.max(lineSpacing, heightDots);
}

function handleQr(press: Press, args: Uint8Array): void {
  const [symbol, fn, ...values] = args;
  const value = values[0] ?? 0;
  if (symbol !== 49) throw new EscPosError(`GS ( k ${hex(args)}: not a QR code`);
  if (fn === 65 && value === 50) return;
  if (fn === 67 && value >= 1 && value <= 16) {
    press.qr.moduleDots = value;
  } else if (fn === 69 && value >= 48 && value <= 51) {
    press.qr.level = (['L', 'M', 'Q', 'H'] as const)[value - 48] ?? 'L';
  } else if (fn === 80 && value === 48 && values.length > 1) {
    press.qr.data = Buffer.from(values.slice(1)).toString('latin1');
  } else if (fn === 81 && value === 48) {
    printQr(press);
  } else {
    throw new EscPosError(`GS ( k ${hex(args)} is not known`);
  }
}

function printQr(press: Press): void {
  const { data, level, moduleDots } = press.qr;
  if (data === undefined) throw new EscPosError('GS ( k prints a QR code before one is stored');
  const { modules } = QRCode.create(data, { errorCorrectionLevel: level });
  const { size } = modules;
  place(press, { columns: size, rows: size, dotSize: moduleDots, isBlack: (x, y) => modules.get(y, x) !== 0 });
}

function printRaster(press: Press, args: Uint8Array): void {
  const [mode, xLow = 0, xHigh = 0, yLow = 0, yHigh = 0] = args;
  if (mode !== 0) throw new EscPosError(`GS v 0 mode ${mode} is not known`);
  const bytesPerRow = xLow + xHigh * 256;
  const isBlack = (x: number, y: number): boolean =>
    (((args[5 + y * bytesPerRow + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1;
  place(press, { columns: bytesPerRow * 8, rows: yLow + yHigh * 256, dotSize: 1, isBlack });
}

function place(press: Press, bitmap: Omit<PrintedBitmap, 'x' | 'y'>): void {
  const widthDots = bitmap.columns * bitmap.dotSize;
  if (press.line.length > 0) throw new EscPosError('a picture starts a line of its own');
  if (widthDots > press.paper.widthDots) throw new EscPosError('the picture is wider than the paper');
  press.paper.bitmaps.push({ ...bitmap, x: leftEdge(press, widthDots), y: press.y });
  press.y += bitmap.rows * bitmap.dotSize;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
