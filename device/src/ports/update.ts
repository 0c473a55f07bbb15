import type { Result } from '@scanpay/shared/errors.ts';
import type { ReleaseArch, ReleaseManifest } from '@scanpay/shared/release/manifest.ts';
import { ReleaseVersionSchema } from '@scanpay/shared/release/version.ts';
import { EpochMsSchema, ErrorCodeSchema, strictObject } from '@scanpay/shared/schema.ts';
import { UpdatePhaseSchema, WantedReleaseSchema } from '@scanpay/shared/wire/release-messages.ts';
import Type, { type Static } from 'typebox';

/*
 * The updater is a process of its own: it outlives the box it exchanges. The two speak by two files and a socket. The
 * box writes what the operator wants (`request.json`) and reads how far it is (`state.json`); the updater asks the box
 * over the socket how it is, and for the counter. Neither trusts the other with more: what is a release, the signature
 * on its manifest says.
 */

const Pem = Type.String({ minLength: 1, maxLength: 4096 });
const wanted = {
  ...WantedReleaseSchema.properties,
  /** The CAs of the server it is downloaded from; none: those of the system. */
  caCertificates: Type.Array(Pem, { maxItems: 4 }),
};

/** Written by the box, as the operator said last. */
export const UpdateRequestSchema = strictObject({
  v: Type.Literal(1),
  /** When the operator said so: what it said before does not replace it. */
  saidAtMs: EpochMsSchema,
  release: Type.Union([strictObject(wanted), Type.Null()]),
});
export type UpdateRequest = Static<typeof UpdateRequestSchema>;
export type RequestedRelease = NonNullable<UpdateRequest['release']>;

export const UpdateSchema = strictObject({
  ...wanted,
  version: Type.Union([ReleaseVersionSchema, Type.Null()]),
  phase: UpdatePhaseSchema,
  code: Type.Union([ErrorCodeSchema, Type.Null()]),
  detail: Type.String({ maxLength: 200 }),
  /** Where it goes back to; null: not switched yet. */
  previousVersion: Type.Union([ReleaseVersionSchema, Type.Null()]),
  /** What the scanner was before the switch: a release is not blamed for a cable. */
  scannerWasReady: Type.Boolean(),
  /** How often the updater was started during the trial. */
  starts: Type.Integer({ minimum: 0 }),
});
export type Update = Static<typeof UpdateSchema>;

/** Written by the updater: the one record of how far it is. */
export const UpdateStateSchema = strictObject({
  v: Type.Literal(1),
  /** The newest release that was ever confirmed here: only newer ones are taken. */
  highestVersion: ReleaseVersionSchema,
  /** The last one, under way or over; null: there was none. */
  update: Type.Union([UpdateSchema, Type.Null()]),
});
export type UpdateState = Static<typeof UpdateStateSchema>;

export type ReleaseLink = 'current' | 'confirmed';

/**
 * Releases on the disk: `releases/<version>`, the link `current` to the one that runs and `confirmed` to the one that
 * proved itself last. Every method that changes something has it on the disk when it returns, whole or not at all.
 * Methods throw the error of the file system; `ENOSPC` is expected.
 */
export interface ReleaseDisk {
  /** Undefined: there is none, or none that can be read. */
  readRequest(): UpdateRequest | undefined;
  /** A state that cannot be read is as none: nothing is under way. */
  readState(): UpdateState;
  writeState(state: UpdateState): void;
  /** The version a link names; undefined: no such link, or no such release. */
  versionAt(link: ReleaseLink): string | undefined;
  point(link: ReleaseLink, version: string): void;
  hasRelease(version: string): boolean;
  freeBytes(): number;
  /** What of this artifact is there already. */
  partBytes(sha256: string): number;
  /** Writes at the end of it. */
  appendPart(sha256: string, chunk: Uint8Array): void;
  /** Flushes it, and hashes all of it: base64url. */
  hashPart(sha256: string): Promise<string>;
  dropParts(): void;
  /** Unpacks beside the others; what does not unpack leaves no trace. Code `release_unusable`. */
  unpack(manifest: ReleaseManifest): Promise<Result<void>>;
  /** Deletes half-unpacked releases. */
  dropUnpacking(): void;
  /** Deletes every release but these. */
  keepOnly(versions: readonly string[]): void;
}

/** Where artifacts come from. */
export interface ReleaseSource {
  /**
   * The bytes of the artifact from `from` on, as far as they come, `bytes` in all at most. Code
   * `release_download_failed`: more may come with the next try. Throws what `take` throws.
   */
  download(
    what: { url: string; caCertificates: readonly string[]; from: number; bytes: number },
    take: (chunk: Uint8Array) => void,
  ): Promise<Result<void>>;
}

export const BoxHealthSchema = strictObject({
  version: ReleaseVersionSchema,
  nowMs: EpochMsSchema,
  clockTrusted: Type.Boolean(),
  /** Enrolled, let in by the broker, subscribed. */
  linkUp: Type.Boolean(),
  /** And the operator has answered, signed, since the box was started. */
  operatorAnswered: Type.Boolean(),
  scannerReady: Type.Boolean(),
  /** Names of the self-tests that failed; null: still at it. */
  selfTestFaults: Type.Union([Type.Array(Type.String({ maxLength: 100 }), { maxItems: 20 }), Type.Null()]),
});
export type BoxHealth = Static<typeof BoxHealthSchema>;

/** The box, as the updater sees it. */
export interface BoxControl {
  /** Undefined: it does not answer in time. */
  health(): Promise<BoxHealth | undefined>;
  /** Closes the counter for a while; false: not now, or no answer. */
  close(): Promise<boolean>;
  /** Has the box stopped and started again, whatever it does. */
  restart(): void;
}

/** The updater as the box sees it. */
export interface UpdateDesk {
  readRequest(): UpdateRequest | undefined;
  writeRequest(request: UpdateRequest): void;
  /** Undefined: no updater has written any yet. */
  readState(): UpdateState | undefined;
}

/** What this box is, and who exchanges it. */
export interface OwnRelease {
  version: string;
  arch: ReleaseArch;
  /** Null: nobody updates this box but its package. */
  desk: UpdateDesk | null;
  /** Of the server releases come from. */
  caCertificates(): readonly string[];
}
