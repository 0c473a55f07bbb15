/**
 * A name as counter and receipt may show it: 홍*동, 남**수, 이*, K** M******* — first and, from three characters on,
 * last character of the name; the stars keep blanks. At most 40 characters.
 */
export function maskName(name: string): string {
  const characters = [...name.trim()].slice(0, 40);
  const last = characters.length - 1;
  return characters
    .map((character, at) => (at === 0 || (at === last && last > 1) || /\s/u.test(character) ? character : '*'))
    .join('');
}
