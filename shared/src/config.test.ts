import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { checkConfig } from './config.ts';
import { strictObject } from './schema.ts';

const schema = strictObject({
  name: Type.String(),
  parts: Type.Array(
    Type.Union([
      strictObject({ kind: Type.Literal('gun'), speed: Type.Enum([9600, 19_200], { default: 9600 }) }),
      strictObject({ kind: Type.Literal('eye'), widthPx: Type.Integer({ minimum: 320 }) }),
    ]),
  ),
});
const check = (...parts: unknown[]) => checkConfig(schema, { name: 'box', parts }, 'box.json');

describe('checkConfig', () => {
  it('fills in the defaults of the kind that is named', () => {
    expect(check({ kind: 'gun' }).parts).toEqual([{ kind: 'gun', speed: 9600 }]);
  });

  it.each([
    [{ kind: 'gun', speed: 300 }, '/parts/1/speed: must be one of 9600, 19200'],
    [{ kind: 'gun', sped: 9600 }, '/parts/1/sped: not known here'],
    [{ kind: 'eye' }, '/parts/1: must have required properties widthPx'],
    [{ kind: 'eye', widthPx: 3 }, '/parts/1/widthPx: must be >= 320'],
    [{ kind: 'ear' }, '/parts/1/kind: must be one of gun, eye'],
    [{}, '/parts/1/kind: must be one of gun, eye'],
    ['gun', '/parts/1: must be object'],
  ])('names the key at fault by the rules of its kind: %j', (part, detail) => {
    expect(() => check({ kind: 'gun' }, part)).toThrow(`box.json: ${detail}`);
  });

  it('names a key outside of such sections', () => {
    expect(() => checkConfig(schema, { name: 1, parts: [] }, 'box.json')).toThrow('box.json: /name: must be string');
  });
});
