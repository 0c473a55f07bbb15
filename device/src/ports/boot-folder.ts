/** What a technician put on the boot partition, which every PC can write. */
export interface BootOrders {
  /** Text of a claim, `SPE1:…`. */
  claim?: string;
  /** Text of a Wi-Fi code, `WIFI:…`. */
  wifi?: string;
}

export type BootOrder = keyof BootOrders;

/** A folder on the boot partition. Each order is carried out once, and its outcome written beside it. */
export interface BootFolder {
  /** Those not carried out yet. An absent or broken folder holds none. */
  read(): BootOrders;
  /**
   * The order is carried out, well or badly: it is taken from the folder, and `words` are left as `<order>-result.txt`.
   * Where the folder cannot be written, both are kept in the box, and `settleBootFolder` does it later. Never throws.
   */
  conclude(order: BootOrder, words: string): void;
}
