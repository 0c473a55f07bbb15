// @ts-check
import { byId, el, fill, setText } from '../../../../shared/src/web/dom.js';
import { formatMoment } from '../../../../shared/src/web/format.js';
import { call } from '../../../../shared/src/web/http.js';
import { onLanguage, say, setUpLanguage } from '../../../../shared/src/web/language.js';
import { makeTable } from '../../../../shared/src/web/table.js';
import { drawCode } from './draw-code.js';

/** @typedef {'open' | 'used' | 'replaced' | 'expired'} ClaimState */
/**
 * @typedef {{ claimId: string, deviceId: string, merchantId: string, createdAtMs: number, expiresAtMs: number,
 *   usedAtMs: number | null, state: ClaimState }} ClaimRow
 */
/** @typedef {{ claimId: string, deviceId: string, merchantId: string, text: string, code: string, expiresAtMs: number }} Claim */

const askEveryMs = 2_000;
const stateWords = {
  open: { ko: '사용 전', en: 'open' },
  used: { ko: '설치됨', en: 'used' },
  replaced: { ko: '새 코드로 바뀜', en: 'replaced' },
  expired: { ko: '시간 지남', en: 'expired' },
};
const stateChips = { open: 'chip chip-care', used: 'chip chip-good', replaced: 'chip', expired: 'chip chip-bad' };

/** @type {Map<string, string>} */
const shopNames = new Map();
/** @type {ClaimRow[]} */
let rows = [];
/** @type {Claim | undefined} The one just made: its secret is nowhere but in this page. */
let shown;
/** How far the operator's clock is ahead of this machine's. */
let aheadMs = 0;

/** @param {{ message: import('../../../../shared/src/web/language.js').Words, code: string, detail: string } | undefined} refusal */
function showProblem(refusal) {
  const words = refusal === undefined ? '' : `${say(refusal.message)} ${refusal.code} ${refusal.detail}`;
  setText(byId('problem', HTMLElement), words);
}

function showClaim() {
  const frame = byId('claim', HTMLElement);
  frame.hidden = shown === undefined;
  if (shown === undefined) return;
  setText(byId('claim-title', HTMLElement), shopNames.get(shown.merchantId) ?? shown.merchantId);
  setText(byId('claim-device', HTMLElement), shown.deviceId);
  setText(byId('short-code', HTMLElement), shown.code);
  showCountdown();
}

/** A code that is good no longer is not left on the screen. */
function showCountdown() {
  if (shown === undefined) return;
  const { claimId, expiresAtMs } = shown;
  const leftMs = expiresAtMs - (Date.now() + aheadMs);
  const listed = rows.find((row) => row.claimId === claimId)?.state ?? 'open';
  const state = listed === 'open' && leftMs <= 0 ? 'expired' : listed;
  byId('claim', HTMLElement).dataset.state = state;
  if (state !== 'open') fill(byId('code', HTMLElement));
  const minutes = Math.floor(leftMs / 60_000);
  const seconds = String(Math.floor((leftMs % 60_000) / 1_000)).padStart(2, '0');
  const words = {
    open: { ko: `${minutes}:${seconds} 동안 쓸 수 있습니다`, en: `Good for ${minutes}:${seconds}` },
    used: {
      ko: '설치가 시작되었습니다. 이 코드는 다시 쓸 수 없습니다.',
      en: 'A box has claimed the place. The code is used up.',
    },
    replaced: { ko: '새 코드가 만들어져 쓸 수 없습니다.', en: 'A newer claim took its place.' },
    expired: { ko: '시간이 지났습니다. 새로 만드세요.', en: 'Expired. Make a new one.' },
  };
  setText(byId('countdown', HTMLElement), say(words[state]));
}

function showList() {
  const head = [
    { ko: '가맹점', en: 'Shop' },
    { ko: '단말기', en: 'Box' },
    { ko: '만든 시각', en: 'Made' },
    { ko: '상태', en: 'State' },
  ];
  const body = rows.map(({ deviceId, merchantId, createdAtMs, state }) =>
    el(
      'tr',
      {},
      el('th', { scope: 'row' }, shopNames.get(merchantId) ?? merchantId),
      el('td', {}, deviceId),
      el('td', {}, formatMoment(createdAtMs)),
      el('td', {}, el('span', { class: stateChips[state] }, say(stateWords[state]))),
    ),
  );
  const none = { ko: '아직 설치코드가 없습니다.', en: 'No claims yet.' };
  const list = rows.length === 0 ? el('p', { class: 'nothing' }, say(none)) : makeTable(head, body);
  fill(byId('claims', HTMLElement), list);
}

async function readList() {
  const reply = await call('GET', '/v1/claims');
  if (!reply.ok) return;
  aheadMs = reply.value.nowMs - Date.now();
  const changed = JSON.stringify(rows) !== JSON.stringify(reply.value.claims);
  rows = reply.value.claims;
  if (changed) showList();
  showCountdown();
}

async function make() {
  const merchantId = byId('merchant', HTMLSelectElement).value;
  const deviceId = byId('device', HTMLInputElement).value.trim();
  const reply = await call('POST', '/v1/claims', { merchantId, deviceId });
  showProblem(reply.ok ? undefined : reply);
  if (!reply.ok) return;
  shown = reply.value;
  fill(byId('code', HTMLElement), drawCode(reply.value.text));
  showClaim();
  await readList();
}

async function start() {
  const reply = await call('GET', '/v1/merchants');
  if (!reply.ok) return showProblem(reply);
  /** @type {{ merchantId: string, name: string }[]} */
  const merchants = reply.value.merchants;
  for (const { merchantId, name } of merchants) shopNames.set(merchantId, name);
  const options = merchants.map(({ merchantId, name }) => el('option', { value: merchantId }, name));
  fill(byId('merchant', HTMLSelectElement), ...options);
  showList();
  await readList();
  setInterval(() => void readList(), askEveryMs);
  setInterval(showCountdown, 1_000);
}

byId('claims', HTMLElement).tabIndex = 0;
setUpLanguage(byId('language', HTMLButtonElement));
byId('place', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void make();
});
byId('hide', HTMLButtonElement).addEventListener('click', () => {
  shown = undefined;
  fill(byId('code', HTMLElement));
  showClaim();
});
onLanguage(() => {
  showClaim();
  showList();
});
void start();
