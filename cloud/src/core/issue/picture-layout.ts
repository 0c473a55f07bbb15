/** Where everything goes on the MMS picture, in pixels. */
export interface PictureLayout {
  width: number;
  height: number;
  /** Pixels per module, at least `minModulePx`. */
  modulePx: number;
  /** Top left corner of the first module (inside the quiet zone). */
  codeLeft: number;
  codeTop: number;
  /** First line of the text under the code, and how far the text may reach. */
  textTop: number;
  textLeft: number;
  textWidth: number;
}

/** Portrait, within the 1500×1440 of Korean gateways whichever way they count. */
const width = 1080;
const maxHeight = 1440;
/** ISO/IEC 18004 asks for four modules of white around a QR code. */
const quietModules = 4;
export const minModulePx = 8;
const margin = 24;

/** The code as large as fits above a text of the given height; undefined when not even `minModulePx` fits. */
export function layOutPicture(modules: number, textHeight: number): PictureLayout | undefined {
  const outerModules = modules + 2 * quietModules;
  const room = Math.min(width, maxHeight - textHeight - margin);
  const modulePx = Math.floor(room / outerModules);
  if (modulePx < minModulePx) return undefined;
  const quietPx = quietModules * modulePx;
  const codePx = modules * modulePx;
  const textTop = quietPx + codePx + quietPx;
  return {
    width,
    height: textTop + textHeight + margin,
    modulePx,
    codeLeft: Math.floor((width - codePx) / 2),
    codeTop: quietPx,
    textTop,
    textLeft: margin * 2,
    textWidth: width - margin * 4,
  };
}
