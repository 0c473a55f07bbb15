import { type ErrorBody, type ErrorCode, errorTable, ScanPayError, toErrorBody } from '../errors.ts';
import { describeSchemaError, type SchemaError } from '../schema.ts';

/** What Fastify or the HTTP parser found wrong with a request: the common part of `FastifyError` and Node's own errors. */
interface HttpFault extends Error {
  code?: string;
  statusCode?: number;
  validation?: readonly SchemaError[] | undefined;
  validationContext?: string | undefined;
}

interface Connection {
  writable: boolean;
  end(text: string): unknown;
  destroy(): unknown;
}

const tooLarge = new Set(['FST_ERR_CTP_BODY_TOO_LARGE', 'HPE_HEADER_OVERFLOW']);

function toErrorCode(fault: HttpFault): ErrorCode {
  if (fault instanceof ScanPayError) return fault.code;
  if (tooLarge.has(fault.code ?? '')) return 'too_large';
  if (fault.code === 'FST_ERR_MAX_PARAM_LENGTH') return 'not_found';
  if (fault.statusCode === 429) return 'rate_limited';
  if (fault.validation !== undefined || (fault.statusCode ?? 500) < 500) return 'invalid_input';
  return 'internal';
}

/** Names what is wrong, and never repeats what was sent: it may be a card number. */
function describeFault(fault: HttpFault, code: ErrorCode): string {
  if (fault instanceof ScanPayError) return fault.detail;
  if (code !== 'invalid_input') return '';
  const [first] = fault.validation ?? [];
  if (first === undefined) return fault.code ?? '';
  return `${fault.validationContext ?? 'body'}${describeSchemaError(first)}`;
}

/** The answer to a request that failed, in the one shape every refusal has. */
export function toErrorAnswer(fault: HttpFault): { status: number; body: ErrorBody } {
  const code = toErrorCode(fault);
  return { status: errorTable[code].http, body: toErrorBody(code, describeFault(fault, code)) };
}

/** Likewise for what is not even a request: the connection's last word. */
export function answerParserError(fault: HttpFault, connection: Connection): void {
  if (fault.code === 'ECONNRESET' || !connection.writable) {
    connection.destroy();
    return;
  }
  const code = tooLarge.has(fault.code ?? '') ? 'too_large' : 'invalid_input';
  const body = JSON.stringify(toErrorBody(code));
  const head = [
    `HTTP/1.1 ${errorTable[code].http} ${code}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${new TextEncoder().encode(body).length}`,
    'Connection: close',
  ];
  connection.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
