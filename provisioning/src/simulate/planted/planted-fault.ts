/** One line of the product made wrong, to see whether the simulator notices. */
export interface PlantedFault {
  /** Short and unique: the row of the table. */
  name: string;
  /** From the root of the repository. */
  file: string;
  /** Must be in the file exactly once. */
  before: string;
  after: string;
  /** The rule of DESIGN that it breaks, and what would come of it. */
  why: string;
  /** A test, from the root, that finds what no simulated world comes to; left out: the simulator finds it. */
  test?: string;
}
