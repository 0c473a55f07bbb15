import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { createParser, strictObject } from './schema.ts';

const parse = createParser(strictObject({ card: strictObject({ number: Type.String({ pattern: '^[0-9]+$' }) }) }));

describe('createParser', () => {
  it.each([
    ['a value', { card: { number: '4111x' } }, '/card/number: must match pattern "^[0-9]+$"'],
    ['another type', [], '/: must be object'],
    ['a misspelt member', { card: { number: '4' }, crad: 1 }, '/crad: not known here'],
    ['a card number for a name', { card: { number: '4' }, '4111111111111111': 1 }, '/: a member not known here'],
    ['one further inside', { card: { number: '4', '4111-1111': 1 } }, '/card/: a member not known here'],
  ])('names the place of %s, not what is there', (_, data, detail) => {
    expect(parse(data)).toEqual({ ok: false, code: 'invalid_input', detail });
  });
});
