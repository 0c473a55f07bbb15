import type { HttpCall } from '@scanpay/cloud/drivers/peers/http-call.ts';
import { type CallSeal, prepareRequest } from '@scanpay/cloud/drivers/peers/sealed-call.ts';

/** A request between companies as it is under way. */
export interface WireRequest {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  /** JSON. */
  text: string | undefined;
}

export interface WireReply {
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** @throws ScanPayError `upstream_unavailable` when no reply came. */
export type WireCall = (request: WireRequest) => Promise<WireReply>;

/** As a company calls another: signed, and no answer but that company's own is believed. Without a seal: as staff call. */
export const createWireCall =
  (wire: WireCall, seal?: CallSeal): HttpCall =>
  async (request) => {
    const { headers, text, read } = await prepareRequest(request, { seal });
    return read(await wire({ method: request.method, path: request.path, headers, text }));
  };
