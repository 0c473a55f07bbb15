import type { BoxView } from '@scanpay/shared/api/box.ts';

/** Watches a box's counter as its page does, by server-sent events: every change is seen, none is asked for. */
export interface CounterWatch {
  view(): BoxView;
  /** Resolves once the view is accepted. @throws Error when it does not come to that. */
  waitFor(what: string, accept: (view: BoxView) => boolean): Promise<BoxView>;
  close(): void;
}

const waitMs = 60_000;

/** `onView` hears every view, in order. */
export async function watchCounter(counterUrl: string, onView: (view: BoxView) => void): Promise<CounterWatch> {
  const abort = new AbortController();
  const response = await fetch(`${counterUrl}/api/events`, { signal: abort.signal });
  if (!response.ok || response.body === null) throw new Error(`the counter cannot be watched: ${response.status}`);
  let view: BoxView | undefined;
  let waiting: ((seen: BoxView) => void) | null = null;
  const take = (event: string): void => {
    const seen = JSON.parse(event.replace(/^data: /, '')) as BoxView;
    view = seen;
    onView(seen);
    waiting?.(seen);
  };
  const current = (): BoxView => {
    if (view === undefined) throw new Error('the counter has shown nothing yet');
    return view;
  };
  const waitFor: CounterWatch['waitFor'] = async (what, accept) => {
    if (view !== undefined && accept(view)) return view;
    const { promise, resolve, reject } = Promise.withResolvers<BoxView>();
    const late = (): void => reject(new Error(`${what} did not come; the counter shows ${view?.counter.kind}`));
    const timer = setTimeout(late, waitMs);
    waiting = (seen) => {
      if (accept(seen)) resolve(seen);
    };
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting = null;
    }
  };
  // Ends with the box or with `close`; whoever waits for something then waits in vain, and says so.
  void readEvents(response.body, take).catch(() => undefined);
  await waitFor('a first view', () => true);
  return { view: current, waitFor, close: () => abort.abort() };
}

async function readEvents(body: ReadableStream<Uint8Array>, take: (event: string) => void): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    events.forEach(take);
  }
}
