/** Whether a box that was enrolled still owes its self-test and first slip. Kept across power cuts. */
export interface FirstSlipMark {
  isDue(): boolean;
  set(): void;
  clear(): void;
}
