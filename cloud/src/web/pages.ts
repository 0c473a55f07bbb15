import type { PageFamily } from './page-head.ts';

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
  ],
};

/** Of the stand-in for the outside world. */
const sandboxPages: PageFamily = {
  label: { ko: '체험판 화면', en: 'Pages of the sandbox' },
  links: [
    { path: '/phone', name: { ko: '휴대폰', en: 'Phones' } },
    { path: '/settlement', name: { ko: '정산', en: 'Settlement' } },
    { path: '/reconciliation', name: { ko: '대사', en: 'Reconciliation' } },
  ],
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

/** S13 to S15 in the sandbox: a day's settlement, hop by hop. */
export const settlementPage: WebPage = { path: '/settlement', folder: 'settlement', family: sandboxPages };

/** In the sandbox: where the money of a payment is, at every company, and who owes whom. */
export const reconciliationPage: WebPage = {
  path: '/reconciliation',
  folder: 'reconciliation',
  family: sandboxPages,
};
