/** One page: plain HTML, CSS and browser modules in a folder beside this file. */
export interface WebPage {
  /** Where the page is; its files are under `/<folder>/`. */
  path: string;
  folder: string;
  /** Modules of packages that the page loads as if they lay in its folder: name → file URL. */
  scripts?: Readonly<Record<string, string>>;
}

/** S01, served by the PG: choose offers, register once. */
export const customerPage: WebPage = { path: '/', folder: 'customer' };

/** Served by the PG: the customer's dates and headcount; the registration id is in the URL's fragment. */
export const schedulePage: WebPage = { path: '/schedule', folder: 'schedule' };

/** Served by the operator: draws the barcode of the code in the URL's fragment, which is never sent. */
export const couponPage: WebPage = {
  path: '/coupon',
  folder: 'coupon',
  scripts: { 'qr.js': import.meta.resolve('qr') },
};

/** Served by the operator to its staff: versions of the contracts with merchants. */
export const contractsPage: WebPage = { path: '/contracts', folder: 'contracts' };

/** Served by the operator to its staff: alarms of all boxes. */
export const alarmsPage: WebPage = { path: '/alarms', folder: 'alarms' };

/** Served by the operator to its staff: one box, its commands and alarms. Needs the files of `alarmsPage`. */
export const boxPage: WebPage = { path: '/boxes/:deviceId', folder: 'box' };
/** Served by the operator to its staff: places for boxes, and the codes by which technicians claim them. */
export const claimsPage: WebPage = {
  path: '/claims',
  folder: 'claims',
  scripts: { 'qr.js': import.meta.resolve('qr') },
};

/** Served by the operator to its staff: how the boxes are, and what they are set to. */
export const fleetPage: WebPage = { path: '/fleet', folder: 'fleet' };

/** Served by the operator to its staff: releases of the boxes' software, and how far they have got. */
export const rolloutsPage: WebPage = { path: '/rollouts', folder: 'rollouts' };

/** Served by the operator to its staff: schedules of a coupon, and who did not come. */
export const noShowsPage: WebPage = { path: '/no-shows', folder: 'no-shows' };

/** S06 and S12 in the sandbox: the messages of a mobile, as its phone would show them. */
export const phonePage: WebPage = { path: '/phone', folder: 'phone' };

/** S13 to S15 in the sandbox: a day's settlement, hop by hop. */
export const settlementPage: WebPage = { path: '/settlement', folder: 'settlement' };

/** In the sandbox: where the money of a payment is, at every company, and who owes whom. */
export const reconciliationPage: WebPage = { path: '/reconciliation', folder: 'reconciliation' };
