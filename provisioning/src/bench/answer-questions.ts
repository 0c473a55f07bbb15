/** The child's side of `bench-process.ts`: says that it is ready, answers questions, and ends when it is told to. */
export function answerQuestions(
  ready: unknown,
  answer: (question: never) => Promise<unknown> | unknown,
  stop: () => Promise<void>,
): void {
  process.on('message', (question) => {
    void Promise.resolve(answer(question as never)).then(
      (value) => process.send?.({ answer: value }),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  });
  process.once('SIGTERM', () => void stop().then(() => process.exit(0)));
  process.send?.({ ready });
}

/** Microseconds of a clock that all processes of this machine share (CLOCK_MONOTONIC). */
export const nowUs = (): number => Number(process.hrtime.bigint()) / 1000;
