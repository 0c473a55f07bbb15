import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Key and certificate as PEM, and the files they are in. */
export interface TestIdentity {
  cert: string;
  key: string;
  certFile: string;
  keyFile: string;
}

/** A CA of its own, valid for a day. */
export interface TestAuthority {
  /** The CA's certificate as PEM. */
  ca: string;
  caFile: string;
  /** Certifies 127.0.0.1 as a server, or `commonName` as a client. */
  issue(commonName: string, purpose: 'server' | 'client'): TestIdentity;
  remove(): void;
}

export function isOpensslInstalled(): boolean {
  return spawnSync('openssl', ['version']).error === undefined;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export function createTestAuthority(): TestAuthority {
  const directory = mkdtempSync(join(tmpdir(), 'ca-'));
  const path = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test CA', '-days', '1');
  let issued = 0;
  return {
    ca: readFileSync(path('ca.crt'), 'utf8'),
    caFile: path('ca.crt'),
    issue(commonName, purpose) {
      issued += 1;
      const name = `${issued}`;
      const extensions = purpose === 'server' ? 'subjectAltName=IP:127.0.0.1' : 'extendedKeyUsage=clientAuth';
      writeFileSync(path(`${name}.ext`), `${extensions}\n`);
      openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${commonName}`);
      openssl(
        ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
        ...['-days', '1', '-extfile', `${name}.ext`, '-out', `${name}.crt`],
      );
      const [certFile, keyFile] = [path(`${name}.crt`), path(`${name}.key`)];
      return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8'), certFile, keyFile };
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
