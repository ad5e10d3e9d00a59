/** Certificates of servers that no authority vouches for. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const isThere = spawnSync('openssl', ['version']).error === undefined;

/** Why a test that needs a certificate is skipped; false: it is not. */
export const NO_OPENSSL = isThere ? false : 'there is no openssl on the PATH to make a certificate';

/** A key and a certificate for 127.0.0.1 that no authority has signed. */
export async function selfSigned(): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'self-signed-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const flags = ['-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, '-days', '1'];
    const name = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const { status, stderr } = spawnSync('openssl', ['req', '-x509', ...flags, ...name]);
    assert.equal(status, 0, stderr.toString());
    return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
