const answerWithinMs = 5_000;

/** Whether the counter page answers, asked over the network as a browser would. */
export async function isCounterAnswering(counterUrl: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('/api/state', counterUrl), {
      signal: AbortSignal.timeout(answerWithinMs),
      redirect: 'error',
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
