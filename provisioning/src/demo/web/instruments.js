// @ts-check

/** @param {string} id */
const byId = (id) => {
  const found = document.getElementById(id);
  if (found === null) throw new Error(id);
  return found;
};

/**
 * @param {string} text
 * @param {string} path
 */
function makeButton(text, path) {
  const button = document.createElement('button');
  button.className = 'button button-main';
  button.textContent = text;
  button.addEventListener('click', async () => {
    byId('said').textContent = '…';
    const response = await fetch(path, { method: 'POST' });
    byId('said').textContent = response.ok ? `${text}: OK` : `${text}: ${response.status}`;
  });
  return button;
}

/**
 * @param {string} caption
 * @param {string} picture
 * @param {HTMLButtonElement[]} buttons
 */
function makeCard(caption, picture, buttons) {
  const card = document.createElement('figure');
  card.className = 'card picture';
  const image = document.createElement('img');
  image.src = picture;
  image.alt = caption;
  const words = document.createElement('figcaption');
  words.textContent = caption;
  card.append(words, image, ...buttons);
  return card;
}

let shown = '';

async function refresh() {
  const response = await fetch('instruments');
  const text = await response.text();
  if (text === shown) return;
  shown = text;
  /** @type {{ coupons: { mobile: string, name: string }[], receipts: string[] }} */
  const { coupons, receipts } = JSON.parse(text);
  byId('coupons').replaceChildren(
    ...coupons.map(({ mobile, name }) => {
      const path = `coupons/${mobile}/${name}`;
      return makeCard(`${mobile} · ${name}`, path, [
        makeButton('스캐너 · Scanner', `${path}/scan`),
        makeButton('카메라 · Camera', `${path}/camera`),
      ]);
    }),
  );
  byId('receipts').replaceChildren(
    ...receipts.map((name) =>
      makeCard(name, `receipts/${name}`, [makeButton('스캔 (취소) · Scan', `receipts/${name}/scan`)]),
    ),
  );
}

await refresh();
setInterval(refresh, 1_000);
