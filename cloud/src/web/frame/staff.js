// @ts-check
import { byId } from '../../../../shared/src/web/dom.js';
import { call } from '../../../../shared/src/web/http.js';

const storageKey = 'scanpay-staff';

/** The name in the field: whoever is signed in; where nobody is, remembered by this browser. */
export const staff = () => byId('staff', HTMLInputElement).value.trim();

/** Nobody acts without a name: puts the cursor where it is to be typed. */
export function askForStaff() {
  const field = byId('staff', HTMLInputElement);
  field.setAttribute('aria-invalid', 'true');
  field.focus();
}

export function setUpStaff() {
  const field = byId('staff', HTMLInputElement);
  void call('GET', '/v1/signed-in').then((reply) => {
    if (!reply.ok || reply.value.name === null) return;
    field.value = reply.value.name;
    field.readOnly = true;
  });
  try {
    field.value = localStorage.getItem(storageKey) ?? '';
  } catch {
    // A browser may refuse storage altogether; the name is then typed each time.
  }
  field.addEventListener('input', () => {
    field.removeAttribute('aria-invalid');
    try {
      localStorage.setItem(storageKey, field.value);
    } catch {
      // See above.
    }
  });
}
