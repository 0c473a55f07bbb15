import { forgeBarcode } from '../../demo/forge.ts';

/** One scan of the soak, and what must come of it. */
export interface PlannedScan {
  kind: ScanKind;
  /** Whether the clerk enters a sale before. */
  isEntered: boolean;
  /** What the scanner sends. */
  line: string;
  outcome: 'approved' | 'declined' | 'refused';
  /** Of a decline or a refusal. */
  code: string | null;
}

const kinds = ['sale', 'held', 'used up', 'forged', 'not a coupon', 'no sale entered', 'too long'] as const;
export type ScanKind = (typeof kinds)[number];

/** A counter on a bad day, again and again: half of the scans sell. `held`: a scanner that reads the same picture twice. */
const mix: readonly ScanKind[] = [
  ...['sale', 'forged', 'sale', 'no sale entered', 'held', 'not a coupon', 'sale', 'used up', 'forged', 'sale'],
  ...['too long', 'sale', 'no sale entered', 'sale', 'not a coupon', 'held', 'forged', 'sale', 'too long', 'sale'],
] as ScanKind[];

/** More than the box takes for one line. */
const tooLongBytes = 5_000;
/** Coupons that take turns, so that no scan looks like a repetition of the one before. */
const turns = 5;

/** Plans scans for ever. `fetchCoupon` gives a new coupon's barcode, as often as it may be used. */
export function createScanMix(fetchCoupon: () => Promise<string[]>) {
  const stock: string[][] = [];
  const usedUp: string[] = [];
  let planned = 0;

  /** Takes one use of the next coupon. */
  const takeUse = async (): Promise<string> => {
    const turn = planned % turns;
    if ((stock[turn]?.length ?? 0) === 0) stock[turn] = await fetchCoupon();
    const barcode = stock[turn]?.pop() ?? '';
    if (stock[turn]?.length === 0) usedUp.push(barcode);
    return barcode;
  };
  const refuse = (kind: ScanKind, line: string, code: string, isEntered = true): PlannedScan => ({
    ...{ kind, line, code, isEntered },
    outcome: 'refused',
  });
  const plan = async (kind: ScanKind): Promise<PlannedScan> => {
    const known = stock.find((uses) => uses.length > 0)?.[0];
    switch (kind) {
      case 'forged':
        if (known !== undefined) return refuse(kind, forgeBarcode(known), 'barcode_forged');
        break;
      case 'no sale entered':
        if (known !== undefined) return refuse(kind, known, 'sale_not_entered', false);
        break;
      case 'not a coupon':
        return refuse(kind, `880123456${planned}`, 'barcode_unreadable');
      case 'too long':
        return refuse(kind, '9'.repeat(tooLongBytes), 'barcode_unreadable');
      case 'used up':
        if (usedUp.length > 0) {
          const line = usedUp[planned % usedUp.length] ?? '';
          return { kind, isEntered: true, line, outcome: 'declined', code: 'coupon_used' };
        }
        break;
      case 'sale':
      case 'held':
        break;
    }
    const line = await takeUse();
    const isHeld = kind === 'held';
    return {
      kind: isHeld ? kind : 'sale',
      isEntered: true,
      line: isHeld ? `${line}\r\n${line}` : line,
      outcome: 'approved',
      code: null,
    };
  };
  return {
    async next(): Promise<PlannedScan> {
      const scan = await plan(mix[planned % mix.length] ?? 'sale');
      planned += 1;
      return scan;
    },
  };
}
