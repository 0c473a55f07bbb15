// @ts-check

/**
 * Answers may come in another order than they were asked for. Whoever asks takes a turn first, and once answered asks it
 * whether it is still the last one: what was asked for earlier is not shown over what was asked for later.
 */
export function createTurns() {
  let last = 0;
  return function take() {
    last += 1;
    const mine = last;
    return () => mine === last;
  };
}
