import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import type { TelemetryBody } from '@scanpay/shared/fleet/telemetry.ts';

const maxChars = 80;

/** What runs here. `osRelease`: /etc/os-release (os-release(5)); a machine without it tells no name. */
export function readVersions(
  packageFile: URL,
  osRelease: string,
): Pick<TelemetryBody['versions'], 'software' | 'node' | 'os' | 'kernel'> {
  const { version } = JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string };
  return { software: version, node: process.version, os: readOsName(osRelease), kernel: release().slice(0, maxChars) };
}

function readOsName(path: string): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? '';
    return name.slice(0, maxChars);
  } catch {
    return '';
  }
}
