// @ts-check
import { byId } from '../../../../shared/src/web/dom.js';

const storageKey = 'scanpay-staff';

/** The name in the field, remembered by this browser. */
export const staff = () => byId('staff', HTMLInputElement).value.trim();

/** Nobody acts without a name: puts the cursor where it is to be typed. */
export function askForStaff() {
  const field = byId('staff', HTMLInputElement);
  field.setAttribute('aria-invalid', 'true');
  field.focus();
}

export function setUpStaff() {
  const field = byId('staff', HTMLInputElement);
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
