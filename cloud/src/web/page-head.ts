import type { Bilingual } from '@scanpay/shared/schema.ts';

/** Pages that name one another at their head, always in this order. */
export interface PageFamily {
  label: Bilingual;
  links: readonly { path: string; name: Bilingual }[];
}

/** Which service a page stands at. */
export interface PagePlace extends Bilingual {
  /** Whose book it shows; null: those of all companies. */
  company: string | null;
}

/** Where a page that belongs to a family has its head. */
const placeOfHead = '<!-- head -->';

/**
 * The page with its head in place: a way past it for keyboards, the family's pages, the language. The current one is
 * marked; a page that is not in the list itself is found under `path`.
 * @throws Error when the page keeps no place for a head
 */
export function putHead(html: string, { label, links }: PageFamily, path: string, isListed: boolean): string {
  if (!html.includes(placeOfHead)) throw new Error(`no ${placeOfHead} in the page of ${path}`);
  const current = isListed ? 'page' : 'true';
  const items = links.map((link) => {
    const mark = link.path === path ? ` aria-current="${current}"` : '';
    return `<a href="${link.path}"${mark} data-en="${link.name.en}">${link.name.ko}</a>`;
  });
  return html.replace(
    placeOfHead,
    `<a class="skip-link" href="#main" data-en="Skip to the content">본문 바로가기</a>
    <header class="top">
      <span class="wordmark">ScanPay</span>
      <nav class="pages" aria-label="${label.ko}" data-en-label="${label.en}">
        ${items.join('\n        ')}
      </nav>
      <button id="language" class="button language" type="button" lang="en">English</button>
    </header>`,
  );
}

/** The page with the name of its place in its title, and on its root element whose book it shows. */
export function putPlace(html: string, { ko, en, company }: PagePlace): string {
  const root = company === null ? '<html lang="ko">' : `<html lang="ko" data-company="${company}">`;
  return html.replace('<html lang="ko">', root).replaceAll('<!-- place.ko -->', ko).replaceAll('<!-- place.en -->', en);
}
