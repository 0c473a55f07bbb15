/** Opcodes of Zebra's Simple Serial Interface, as far as they are used here. */
export const ssiOpcode = {
  cmdAck: 0xd0,
  cmdNak: 0xd1,
  startSession: 0xe4,
  stopSession: 0xe5,
  beep: 0xe6,
  ledOn: 0xe7,
  ledOff: 0xe8,
  decodeData: 0xf3,
  event: 0xf6,
} as const;

/** Cause in a CMD_NAK: the checksum was wrong, send it again. */
export const nakResend = 0x01;

/** Set when a packet is sent again. */
export const retransmitBit = 0x01;
/** Set in all packets of a longer message but the last. */
export const continuedBit = 0x02;

const decoderSource = 0x00;
const hostSource = 0x04;
const headerBytes = 4;
const checksumBytes = 2;
const maxPacketBytes = 0xff + checksumBytes;

/** What a scanner sends to its host by itself or in answer to what is sent here. */
const fromDecoder: ReadonlySet<number> = new Set([
  ssiOpcode.cmdAck,
  ssiOpcode.cmdNak,
  ssiOpcode.decodeData,
  ssiOpcode.event,
]);

export interface SsiPacket {
  opcode: number;
  status: number;
  data: Buffer;
}

/**
 * A packet from host to scanner: length (without checksum), opcode, source 4, status, data, and the two's complement of
 * the sum of all that, high byte first (SE-923 Integration Guide, p. 6-4; SE955 Integration Guide, chapter 10).
 */
export function encodeSsi(opcode: number, data: readonly number[] = [], status = 0): Buffer {
  const packet = Buffer.from([headerBytes + data.length, opcode, hostSource, status, ...data, 0, 0]);
  const body = packet.subarray(0, -checksumBytes);
  packet.writeUInt16BE((0x1_0000 - (sumOf(body) & 0xffff)) & 0xffff, body.length);
  return packet;
}

/**
 * What the first bytes are: a packet of so many bytes, text, or `undefined` while they can still become either. No text
 * has a byte 0 in third place, where a packet from a scanner names its source.
 */
export function recogniseSsi(bytes: Uint8Array): { packetBytes: number } | 'text' | undefined {
  const [length, opcode, source] = bytes;
  if (length !== undefined && length < headerBytes) return 'text';
  if (opcode !== undefined && !fromDecoder.has(opcode)) return 'text';
  if (source !== undefined && source !== decoderSource) return 'text';
  if (length === undefined || opcode === undefined || source === undefined) return undefined;
  return { packetBytes: Math.min(length + checksumBytes, maxPacketBytes) };
}

/** @returns undefined when the checksum is wrong. */
export function decodeSsi(packet: Buffer): SsiPacket | undefined {
  const end = packet.length - checksumBytes;
  if (((sumOf(packet.subarray(0, end)) + packet.readUInt16BE(end)) & 0xffff) !== 0) return undefined;
  return { opcode: packet[1] ?? 0, status: packet[3] ?? 0, data: packet.subarray(headerBytes, end) };
}

function sumOf(bytes: Uint8Array): number {
  let sum = 0;
  for (const byte of bytes) sum += byte;
  return sum;
}
