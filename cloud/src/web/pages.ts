import type { Company } from '../ports/ledger.ts';
import type { PageFamily, PagePlace } from './page-head.ts';

/** One page: plain HTML, CSS and browser modules in a folder beside this file. */
export interface WebPage {
  /** Where the page is; its files are under `/<folder>/`. */
  path: string;
  folder: string;
  /** For customers; left out: for the staff. */
  isOpen?: true;
  /** Modules of packages that the page loads as if they lay in its folder: name → file URL. */
  scripts?: Readonly<Record<string, string>>;
  /** The pages it names at its head, in place of `<!-- head -->`. */
  family?: PageFamily;
  /** The page of the family that it is found under, when it is not listed itself. */
  under?: string;
  /** Where a page stands that several services have: in its title, and whose book it shows. */
  place?: PagePlace;
}

/** Of the operator's staff. */
const staffPages: PageFamily = {
  label: { ko: '운영사 화면', en: 'Pages of the operator' },
  links: [
    { path: '/fleet', name: { ko: '단말기', en: 'Boxes' } },
    { path: '/alarms', name: { ko: '경보', en: 'Alarms' } },
    { path: '/claims', name: { ko: '설치코드', en: 'Claims' } },
    { path: '/rollouts', name: { ko: '업데이트', en: 'Updates' } },
    { path: '/contracts', name: { ko: '계약', en: 'Contracts' } },
    { path: '/no-shows', name: { ko: '일정·노쇼', en: 'Schedules' } },
    { path: '/cash-receipts', name: { ko: '현금영수증', en: 'Cash receipts' } },
    { path: '/settlement', name: { ko: '정산', en: 'Settlement' } },
    { path: '/reconciliation', name: { ko: '대사', en: 'Reconciliation' } },
  ],
};

const bookLinks = staffPages.links.slice(-2);
const pgPages: PageFamily = { label: { ko: 'PG사 화면', en: 'Pages of the PG' }, links: bookLinks };
const cardPages: PageFamily = { label: { ko: '카드사 화면', en: 'Pages of the card company' }, links: bookLinks };

/** Of the stand-in for the outside world. */
const sandboxPages: PageFamily = {
  label: { ko: '체험판 화면', en: 'Pages of the sandbox' },
  links: [{ path: '/phone', name: { ko: '휴대폰', en: 'Phones' } }, ...bookLinks],
};

/** S01, served by the PG: choose offers, register once. */
export const customerPage: WebPage = { path: '/', folder: 'customer', isOpen: true };

/** Served by the PG: the customer's dates and headcount; the registration id is in the URL's fragment. */
export const schedulePage: WebPage = { path: '/schedule', folder: 'schedule', isOpen: true };

/** Served by the operator: draws the barcode of the code in the URL's fragment, which is never sent. */
export const couponPage: WebPage = {
  path: '/coupon',
  folder: 'coupon',
  isOpen: true,
  scripts: { 'qr.js': import.meta.resolve('qr') },
};

/** Versions of the contracts with merchants. */
export const contractsPage: WebPage = { path: '/contracts', folder: 'contracts', family: staffPages };

/** Alarms of all boxes. */
export const alarmsPage: WebPage = { path: '/alarms', folder: 'alarms', family: staffPages };

/** One box, its commands and alarms. Needs the files of `alarmsPage`. */
export const boxPage: WebPage = { path: '/boxes/:deviceId', folder: 'box', family: staffPages, under: '/fleet' };

/** Places for boxes, and the codes by which technicians claim them. */
export const claimsPage: WebPage = {
  path: '/claims',
  folder: 'claims',
  scripts: { 'qr.js': import.meta.resolve('qr') },
  family: staffPages,
};

/** How the boxes are, and what they are set to. */
export const fleetPage: WebPage = { path: '/fleet', folder: 'fleet', family: staffPages };

/** Releases of the boxes' software, and how far they have got. */
export const rolloutsPage: WebPage = { path: '/rollouts', folder: 'rollouts', family: staffPages };

/** Cash receipts that could not be issued or cancelled. */
export const cashReceiptsPage: WebPage = { path: '/cash-receipts', folder: 'cash-receipts', family: staffPages };

/** Served by the operator to its staff: schedules of a coupon, and who did not come. */
export const noShowsPage: WebPage = { path: '/no-shows', folder: 'no-shows', family: staffPages };

/** S06 and S12 in the sandbox: the messages of a mobile, as its phone would show them. */
export const phonePage: WebPage = { path: '/phone', folder: 'phone', family: sandboxPages };

const makeBookPages = (family: PageFamily, place: PagePlace): readonly WebPage[] => [
  { path: '/settlement', folder: 'settlement', family, place },
  { path: '/reconciliation', folder: 'reconciliation', family, place },
];

/** In the sandbox: a day's settlement (S13 to S15) hop by hop, and the money of a payment, at all companies. */
export const sandboxBookPages = makeBookPages(sandboxPages, { ko: '체험판', en: 'sandbox', company: null });

/** A day's settlement and the money of a payment, as the book of this company has them; for its staff. */
export const bookPagesOf: Readonly<Record<Company, readonly WebPage[]>> = {
  operator: makeBookPages(staffPages, { ko: '운영사', en: 'operator', company: 'operator' }),
  pg: makeBookPages(pgPages, { ko: 'PG사', en: 'PG', company: 'pg' }),
  card: makeBookPages(cardPages, { ko: '카드사', en: 'card company', company: 'card' }),
};
