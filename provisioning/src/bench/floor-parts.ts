import { median, percentile } from './percentiles.ts';

/** Whose disk a commit goes to. */
export type Book = 'box' | 'operator' | 'pg' | 'card';

/**
 * The durable commits between the scan and the light, in order; each is one SQLite transaction (WAL, synchronous FULL).
 * Six of the seven are before money: a payment must be on disk wherever it is about to go on from (DESIGN §3), and its
 * outcome wherever it is told from (§8.7). The bytes are what a card sale of the sample catalogue writes there.
 *
 * 1. box, open: the signed request and the barcode, before anything is sent
 * 2. operator, accept: the request, its terms, the entitlement taken
 * 3. PG, accept: the order, before the card company is asked
 * 4. card company, authorise: decision, booking and the notice to be sent, all at once
 * 5. PG, decide: the signed evidence and the booking
 * 6. operator, decide: the signed result and the booking
 * 7. box, close: the approval and the receipt to be printed; the light follows it
 */
export const saleCommits = [
  { book: 'box', what: 'open', bytes: 1400 },
  { book: 'operator', what: 'accept', bytes: 1100 },
  { book: 'pg', what: 'accept', bytes: 400 },
  { book: 'card', what: 'authorise', bytes: 900 },
  { book: 'pg', what: 'decide', bytes: 1050 },
  { book: 'operator', what: 'decide', bytes: 1400 },
  { book: 'box', what: 'close', bytes: 900 },
] as const satisfies readonly { book: Book; what: string; bytes: number }[];

export type SaleCommit = (typeof saleCommits)[number];

/**
 * Signatures, verifications (Ed25519) and the opening of the card box (HPKE), and the commits between them, as a card
 * sale needs them; the bytes are what is signed. The request goes out after the box's first half, the result comes back
 * before its second: between them lies one MQTT request and reply.
 */
export const saleSteps = {
  boxRequest: [
    { do: 'verify', what: 'coupon', bytes: 145 },
    { do: 'sign', what: 'request', bytes: 660 },
    { do: 'commit', commit: saleCommits[0] },
  ],
  cloud: [
    { do: 'verify', what: 'request', bytes: 660 },
    { do: 'verify', what: 'coupon', bytes: 145 },
    { do: 'commit', commit: saleCommits[1] },
    { do: 'open-card-box' },
    { do: 'commit', commit: saleCommits[2] },
    { do: 'commit', commit: saleCommits[3] },
    { do: 'sign', what: 'evidence', bytes: 680 },
    { do: 'commit', commit: saleCommits[4] },
    { do: 'sign', what: 'result', bytes: 1000 },
    { do: 'commit', commit: saleCommits[5] },
  ],
  boxResult: [
    { do: 'verify', what: 'result', bytes: 1000 },
    { do: 'commit', commit: saleCommits[6] },
  ],
} as const satisfies Record<string, readonly SaleStep[]>;

export type SaleStep =
  | { do: 'verify'; what: string; bytes: number }
  | { do: 'sign'; what: string; bytes: number }
  | { do: 'open-card-box' }
  | { do: 'commit'; commit: SaleCommit };

/** MQTT payloads of one sale: the envelope with request and barcode, and the one with the result. */
export const salePayloads = { request: 1090, result: 1110 } as const;

/** What a pass over the floor takes, by kind. */
export const floorParts = ['mqtt', 'commits', 'signatures', 'verifications', 'card box'] as const;
export type FloorPart = (typeof floorParts)[number];

/** Microseconds of each kind in one pass. */
export type FloorSample = Record<FloorPart, number>;

/** Adds two halves of a pass. */
export function addSamples(one: FloorSample, other: FloorSample): FloorSample {
  return Object.fromEntries(floorParts.map((part) => [part, one[part] + other[part]])) as FloorSample;
}

export interface Floor {
  parts: Record<FloorPart, number>;
  /** Sum of the parts' medians. */
  p50: number;
  /** Of whole passes, for the worst of one part does not meet the worst of another. */
  p99: number;
}

export function floorOf(samples: readonly FloorSample[]): Floor {
  const medianOf = (part: FloorPart): number => median(samples.map((sample) => sample[part]));
  const parts = Object.fromEntries(floorParts.map((part) => [part, medianOf(part)])) as Record<FloorPart, number>;
  const total = (values: Record<FloorPart, number>): number => floorParts.reduce((sum, part) => sum + values[part], 0);
  return { parts, p50: total(parts), p99: percentile(samples.map(total), 0.99) };
}
