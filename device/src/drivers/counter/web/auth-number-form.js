// @ts-check
import { el, fill } from '../../../../../shared/src/web/dom.js';
import { icon } from '../../../../../shared/src/web/icons.js';
import { say } from '../../../../../shared/src/web/language.js';
import { act } from './act.js';

/** For a cracked screen or a dead camera: the customer reads the auth number out. Cash only (DESIGN §4). */
export function makeAuthNumberForm() {
  const problem = el('p', { class: 'problem', id: 'auth-number-problem', role: 'alert' });
  const input = el('input', {
    id: 'auth-number',
    type: 'text',
    inputmode: 'numeric',
    autocomplete: 'off',
    maxlength: '14',
    placeholder: '0000 0000 0000',
    'aria-describedby': 'auth-number-problem',
  });
  const submit = el(
    'button',
    { type: 'submit', class: 'button' },
    say({ ko: '인증번호로 진행', en: 'Use the number' }),
  );
  input.addEventListener('input', () => {
    const digits = input.value.replace(/[^0-9]/gu, '').slice(0, 12);
    input.value = digits.replace(/([0-9]{4})(?=[0-9])/gu, '$1 ');
    input.removeAttribute('aria-invalid');
    fill(problem);
  });
  return el(
    'form',
    {
      class: 'auth-number',
      novalidate: true,
      onsubmit: (/** @type {SubmitEvent} */ event) => {
        event.preventDefault();
        void act('auth-number', { authNumber: input.value }, { button: submit, onRefused: complain });
      },
    },
    el(
      'div',
      { class: 'field' },
      el(
        'label',
        { for: 'auth-number' },
        say({ ko: '바코드를 읽을 수 없으면: 인증번호 12자리', en: 'If the code cannot be read: 12-digit auth number' }),
      ),
      el('div', { class: 'auth-number-row' }, input, submit),
      problem,
    ),
  );

  /**
   * @param {import('../../../../../shared/src/web/language.js').Words} words
   * @param {string} code
   */
  function complain(words, code) {
    const wrong = { ko: '인증번호가 올바르지 않습니다.', en: 'The auth number is not right.' };
    input.setAttribute('aria-invalid', 'true');
    fill(
      problem,
      icon('alert'),
      el('span', {}, say(code === 'invalid_input' ? wrong : words), ' '),
      el('span', { class: 'code' }, code),
    );
    input.focus();
  }
}
