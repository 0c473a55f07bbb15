import { execFile } from 'node:child_process';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ScanPayError } from '@scanpay/shared/errors.ts';
import type { DeviceId } from '@scanpay/shared/ids.ts';
import { maxPayloadBytes } from '@scanpay/shared/wire/envelope.ts';
import { downChannels, downTopic, isDeviceId, upChannels, upFilter, upTopic } from '@scanpay/shared/wire/topics.ts';

/** PEM files of a TLS listener. */
export interface MosquittoTls {
  /** Signs the boxes' certificates, whose common name is the device id. */
  caFile: string;
  certFile: string;
  keyFile: string;
}

export interface MosquittoListener {
  host: string;
  port: number;
}

export interface MosquittoOptions {
  /** An existing directory for the files; only its owner may read the password files. */
  directory: string;
  /** Boxes show a certificate (`tls`), or a token (`tokens`) where the network in between is trusted. */
  boxes: MosquittoListener & ({ tls: MosquittoTls } | { tokens: ReadonlyMap<DeviceId, string> });
  /** A listener of its own for the cloud's link: no credential opens both. Keep it on loopback or a private network. */
  cloud: MosquittoListener & { token: string };
  /** User to run as when started as root; Mosquitto's own default is `mosquitto`. */
  runAs?: string | undefined;
  maxConnections?: number;
}

/** File names in the directory. */
const files = {
  config: 'mosquitto.conf',
  boxAcl: 'boxes.acl',
  cloudAcl: 'cloud.acl',
  boxPasswords: 'boxes.passwords',
  cloudPasswords: 'cloud.passwords',
};

/** In an ACL pattern, `%u` stands for the authenticated user name, which is the device id. */
const anyBox = '%u' as DeviceId;

/** The same rules as the embedded broker's, as far as Mosquitto can say them. */
function renderAcls(): { boxAcl: string; cloudAcl: string } {
  const boxRules = [
    ...upChannels.map((channel) => `pattern write ${upTopic(anyBox, channel)}`),
    ...downChannels.map((channel) => `pattern read ${downTopic(anyBox, channel)}`),
  ];
  const cloudRules = [
    'user cloud',
    ...downChannels.map((channel) => `topic write ${downTopic('+' as DeviceId, channel)}`),
    ...upChannels.map((channel) => `topic read ${upFilter(channel)}`),
  ];
  return { boxAcl: `${boxRules.join('\n')}\n`, cloudAcl: `${cloudRules.join('\n')}\n` };
}

function renderBoxListener({ directory, boxes, maxConnections = 4000 }: MosquittoOptions): string[] {
  const identity =
    'tls' in boxes
      ? [
          `cafile ${boxes.tls.caFile}`,
          `certfile ${boxes.tls.certFile}`,
          `keyfile ${boxes.tls.keyFile}`,
          'require_certificate true',
          'use_identity_as_username true',
        ]
      : [`password_file ${join(directory, files.boxPasswords)}`];
  return [
    `listener ${boxes.port} ${boxes.host}`,
    'allow_anonymous false',
    ...identity,
    '# The client id follows the user name, so that nobody can take over the connection of another box.',
    'use_username_as_clientid true',
    `acl_file ${join(directory, files.boxAcl)}`,
    `max_connections ${maxConnections}`,
  ];
}

function renderCloudListener({ directory, cloud }: MosquittoOptions): string[] {
  return [
    `listener ${cloud.port} ${cloud.host}`,
    'allow_anonymous false',
    `password_file ${join(directory, files.cloudPasswords)}`,
    `acl_file ${join(directory, files.cloudAcl)}`,
    'max_connections 64',
  ];
}

function renderConfig(options: MosquittoOptions): string {
  const lines = [
    '# Written by ScanPay. Two listeners: one for the boxes, one for the cloud.',
    'per_listener_settings true',
    ...(options.runAs === undefined ? [] : [`user ${options.runAs}`]),
    '# Nagle costs 44–88 ms a round trip.',
    'set_tcp_nodelay true',
    `max_packet_size ${maxPayloadBytes + 1024}`,
    `message_size_limit ${maxPayloadBytes}`,
    '# How many messages may wait for the PUBACK of one client (the link has many handlers), and behind them.',
    'max_inflight_messages 1024',
    'max_queued_messages 10000',
    '# No client uses a stored session, and boxes and cloud announce their states again after a restart.',
    'persistent_client_expiration 1h',
    'persistence false',
    'sys_interval 0',
    'log_dest stderr',
    'log_type error',
    'log_type warning',
    'log_type notice',
    'connection_messages false',
    '',
    ...renderBoxListener(options),
    '',
    ...renderCloudListener(options),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line break in a value would begin a directive of its own. */
function assertPlain(options: MosquittoOptions): void {
  const { boxes, cloud, directory, runAs = '' } = options;
  const tokens = 'tokens' in boxes ? [...boxes.tokens.values()] : [];
  const tlsFiles = 'tls' in boxes ? Object.values(boxes.tls) : [];
  const values = [boxes.host, cloud.host, cloud.token, directory, runAs, ...tokens, ...tlsFiles];
  if (values.some((value) => /[\r\n\0]/.test(value)))
    throw new ScanPayError('configuration', 'a line break in a value');
  if ('tokens' in boxes && ![...boxes.tokens.keys()].every(isDeviceId)) {
    throw new ScanPayError('configuration', 'a token for something that is no device id');
  }
}

/** Hashed in place by mosquitto_passwd: no token appears on a command line, none stays in clear. */
async function writePasswords(path: string, tokens: Iterable<[string, string]>): Promise<void> {
  const lines = [...tokens].map(([user, token]) => `${user}:${token}\n`);
  await writeFile(path, lines.join(''), { mode: 0o600 });
  await chmod(path, 0o600);
  if (lines.length > 0) await promisify(execFile)('mosquitto_passwd', ['-U', path], { timeout: 60_000 });
}

/**
 * Writes mosquitto.conf (Mosquitto 2.0), access lists and password files into the directory; returns the path of
 * mosquitto.conf. Needs `mosquitto_passwd`. When run as root for another user, hand the files over to that user.
 *
 * Mosquitto answers a forbidden publish with an ordinary PUBACK and drops it, has no rate limit per client, and cannot
 * forbid the retain flag by topic: the link drops what is retained where nothing may be.
 */
export async function writeMosquittoFiles(options: MosquittoOptions): Promise<string> {
  assertPlain(options);
  const { directory, boxes, cloud } = options;
  const { boxAcl, cloudAcl } = renderAcls();
  const configPath = join(directory, files.config);
  await writeFile(configPath, renderConfig(options));
  await writeFile(join(directory, files.boxAcl), boxAcl, { mode: 0o600 });
  await writeFile(join(directory, files.cloudAcl), cloudAcl, { mode: 0o600 });
  await writePasswords(join(directory, files.cloudPasswords), [['cloud', cloud.token]]);
  if ('tokens' in boxes) await writePasswords(join(directory, files.boxPasswords), boxes.tokens);
  return configPath;
}
