/** Marks a character the font has no picture of. */
const noPicture = '□';

/**
 * What of a text can be printed on one line: spaces for whatever breaks or controls a line, nothing for marks that turn
 * its direction or are not seen, a box for each character without a picture in the font.
 */
export function toPrintable(text: string, pictures: ReadonlySet<number>): string {
  return Array.from(text.normalize('NFC'), (character) => {
    if (/[\s\p{Cc}]/u.test(character)) return ' ';
    if (/[\p{Cf}\p{Variation_Selector}\p{Mn}]/u.test(character)) return '';
    return pictures.has(character.codePointAt(0) ?? 0) ? character : noPicture;
  }).join('');
}

/** As much of the text as fits, with an ellipsis where something is left out. `measure` gives a width in points. */
export function cutToWidth(text: string, widthPt: number, measure: (text: string) => number): string {
  if (measure(text) <= widthPt) return text;
  const characters = Array.from(text);
  let fits = 0;
  let tooMany = characters.length;
  while (tooMany - fits > 1) {
    const middle = Math.floor((fits + tooMany) / 2);
    if (measure(`${characters.slice(0, middle).join('')}…`) <= widthPt) fits = middle;
    else tooMany = middle;
  }
  return `${characters.slice(0, fits).join('').trimEnd()}…`;
}
