import { describe, expect, it } from 'vitest';
import { maskName } from './mask-name.ts';

describe('maskName', () => {
  it.each([
    ['홍길동', '홍*동'],
    ['남궁민수', '남**수'],
    ['이준', '이*'],
    ['뷁', '뷁'],
    [' Kim Minsu ', 'K** ****u'],
    ['𠮷野家', '𠮷*家'],
    ['가'.repeat(60), `가${'*'.repeat(38)}가`],
  ])('shows %s as %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });
});
