// @ts-check
import { byId, el, fill } from '../../../../shared/src/web/dom.js';
import { formatDay } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { feeNames, inputOf, offerTax, readDraft, showFeeFields } from './draft-form.js';
import { describeCycle, describeDiscount, describeFee, describeTax, tenderWords } from './words.js';

/** @typedef {import('../../../../shared/src/api/contract.ts').ContractVersion} ContractVersion */
/** @typedef {import('../../../../shared/src/web/language.js').Words} Words */

/** The merchant whose tax the form began with; what is chosen there since then stays. */
let taxOfferedFor = '';

const merchant = () => byId('merchant', HTMLSelectElement).value;

/** @param {{ message: Words, code: string, detail: string } | undefined} refusal */
function showProblem(refusal) {
  const place = byId('problem', HTMLElement);
  if (refusal === undefined) fill(place);
  else fill(place, say(refusal.message), ` ${refusal.code} ${refusal.detail}`);
}

async function showVersions() {
  const wanted = merchant();
  if (wanted === '') return;
  const reply = await call('GET', `/v1/merchants/${wanted}/contracts`);
  if (wanted !== merchant()) return;
  if (!reply.ok) return showProblem(reply);
  /** @type {ContractVersion[]} */
  const versions = reply.value.contracts.map((/** @type {{ contract: ContractVersion }} */ each) => each.contract);
  if (wanted !== taxOfferedFor) offerTax(versions.at(-1) ?? {});
  taxOfferedFor = wanted;
  const replaced = new Set(versions.map((each) => each.replaces));
  const head = [
    { ko: '번호', en: 'No.' },
    { ko: '대상', en: 'For' },
    { ko: '적용 기간', en: 'In force' },
    { ko: '할인', en: 'Discount' },
    { ko: '정산', en: 'Settlement' },
    { ko: '부가세', en: 'VAT' },
    ...Object.values(feeNames).map((name) => ({ ...name, amount: true })),
  ];
  fill(
    byId('versions', HTMLElement),
    makeTable(
      head,
      versions.toReversed().map((each) => showVersion(each, replaced.has(each.version))),
    ),
  );
}

/**
 * @param {ContractVersion} version
 * @param {boolean} isReplaced
 */
function showVersion(version, isReplaced) {
  const { validFrom, validTo, offerId, tender } = version;
  const until = validTo === null ? say({ ko: '다음 계약까지', en: 'until the next' }) : formatDay(validTo);
  return el(
    'tr',
    { class: isReplaced ? 'replaced' : null },
    el('th', { scope: 'row' }, String(version.version)),
    el('td', {}, offerId ?? say({ ko: '전체 상품', en: 'all offers' }), ' · ', say(tenderWords[tender ?? 'all'])),
    el('td', {}, formatDay(validFrom), ' – ', until),
    el('td', {}, describeDiscount(version.discount)),
    el('td', {}, describeCycle(version.settlementCycle)),
    el('td', {}, describeTax(version)),
    ...Object.keys(feeNames).map((name) =>
      el('td', {}, describeFee(version[/** @type {keyof typeof feeNames} */ (name)])),
    ),
  );
}

async function enter() {
  fill(byId('outcome', HTMLElement));
  const reply = await call('POST', `/v1/merchants/${merchant()}/contracts`, readDraft());
  showProblem(reply.ok ? undefined : reply);
  if (!reply.ok) return;
  const { version } = reply.value.contract;
  fill(
    byId('outcome', HTMLElement),
    say({ ko: `계약 ${version}번을 입력했습니다.`, en: `Version ${version} is entered.` }),
  );
  inputOf('from').value = '';
  inputOf('replaces').value = '';
  await showVersions();
}

async function start() {
  const reply = await call('GET', '/v1/merchants');
  if (!reply.ok) return showProblem(reply);
  /** @type {{ merchantId: string, name: string }[]} */
  const merchants = reply.value.merchants;
  const options = merchants.map(({ merchantId, name }) => el('option', { value: merchantId }, name));
  fill(byId('merchant', HTMLSelectElement), ...options);
  await showVersions();
}

// Wider than the window, the table is scrolled with the keyboard too.
byId('versions', HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
showFeeFields(byId('fees', HTMLElement));
byId('merchant', HTMLSelectElement).addEventListener('change', () => {
  fill(byId('outcome', HTMLElement));
  showProblem(undefined);
  void showVersions();
});
byId('draft', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void enter();
});
onLanguage(() => {
  showFeeFields(byId('fees', HTMLElement));
  void showVersions();
});
void start();
