type Sharp = typeof import('sharp')['default'];

let loading: Promise<Sharp> | undefined;

/**
 * Only a box that looks at pictures or draws receipts pays for libvips, and one where it fails to load still sells by
 * its other means. Its settings hold for the process, whichever thread loads it.
 */
export function loadSharp(): Promise<Sharp> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Every picture is seen once: caching them only costs memory.
    sharp.cache(false);
    // One picture at a time is looked at, on a box with few cores: threads of its own would only take them from others.
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}
