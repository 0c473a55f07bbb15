import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a browser sent this for a page of another site. It adds the credentials it knows to such a request, too (Basic,
 * RFC 7617): what it says of the sender (Fetch Metadata, W3C; `Origin`, RFC 6454) is all there is to tell by. Programs say
 * nothing of the kind.
 */
export function isFromOtherSite(headers: IncomingHttpHeaders): boolean {
  const { 'sec-fetch-site': site, origin, host } = headers;
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return origin !== undefined && URL.parse(origin)?.host !== host;
}
