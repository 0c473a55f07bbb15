import { nowUs } from './answer-questions.ts';
import type { BareCrypto } from './bare-crypto.ts';
import type { BareStore } from './bare-store.ts';
import type { Book, FloorPart, FloorSample, SaleStep } from './floor-parts.ts';

const partOf = {
  commit: 'commits',
  sign: 'signatures',
  verify: 'verifications',
  'open-card-box': 'card box',
} as const satisfies Record<SaleStep['do'], FloorPart>;

/** Carries out steps of a sale on bare parts, and says how long each kind took. `sale` is the key of its rows. */
export function takeSteps<B extends Book>(
  steps: readonly SaleStep[],
  parts: { crypto: BareCrypto; books: Record<B, BareStore> },
  sale: string,
): FloorSample {
  const sample: FloorSample = { mqtt: 0, commits: 0, signatures: 0, verifications: 0, 'card box': 0 };
  let startUs = nowUs();
  for (const step of steps) {
    takeStep(step, parts, sale);
    const endUs = nowUs();
    sample[partOf[step.do]] += endUs - startUs;
    startUs = endUs;
  }
  return sample;
}

function takeStep(
  step: SaleStep,
  { crypto, books }: { crypto: BareCrypto; books: Partial<Record<Book, BareStore>> },
  sale: string,
): void {
  if (step.do === 'open-card-box') crypto.openCardBox();
  else if (step.do === 'verify') crypto.verify(step.bytes);
  else if (step.do === 'sign') crypto.sign(step.bytes);
  else books[step.commit.book]?.commit(`${sale}/${step.commit.what}`, step.commit.bytes);
}
