/** Gets k6 from a release: the archive for this machine, checked against its checksums. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../lib/base/errors.ts';
import { RunnerError } from '../errors.ts';
import type { Progress } from '../progress.ts';

/** The folder of all releases: `<this>/vX.Y.Z/<file>`. */
export const RELEASES = 'https://github.com/grafana/k6/releases/download';

const MEGABYTE = 1_000_000;
// For the answer, and from one piece of the file to the next: a slow network may take its time.
const SILENCE_MS = 30_000;

const SYSTEMS: Partial<Record<NodeJS.Platform, { name: string; archive: string }>> = {
  linux: { name: 'linux', archive: 'tar.gz' },
  darwin: { name: 'macos', archive: 'zip' },
  win32: { name: 'windows', archive: 'zip' },
};
const MACHINES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/** The name of k6's file on this system. */
export const K6_FILE = process.platform === 'win32' ? 'k6.exe' : 'k6';

export interface Download {
  /** Without the `v`. */
  readonly version: string;
  /** Where releases are: RELEASES, or a mirror of it. */
  readonly releases: string;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds without a byte after which the download is given up. */
  readonly silenceMs?: number | undefined;
}

/**
 * Puts a release's k6 into a folder, which is the caller's to remove.
 * @returns the path of k6.
 * @throws RunnerError that names the address and what was wrong with it.
 */
export async function downloadK6(folder: string, download: Download): Promise<string> {
  const { version, releases } = download;
  const system = SYSTEMS[process.platform];
  const machine = MACHINES[process.arch];
  if (!system || !machine) {
    throw new RunnerError(`no release of k6 for ${process.platform} on ${process.arch}`);
  }
  const name = `k6-v${version}-${system.name}-${machine}`;
  const file = `${name}.${system.archive}`;
  const base = `${releases.replace(/\/+$/, '')}/v${version}`;
  const sums = `${base}/k6-v${version}-checksums.txt`;

  const lines = join(folder, 'checksums.txt');
  await save(sums, lines, download);
  const expected = await checksumOf(file, lines, sums);
  const archive = join(folder, file);
  const got = await save(`${base}/${file}`, archive, download);
  if (got !== expected) {
    throw new RunnerError(`${base}/${file}: wrong checksum: expected ${expected}, got ${got}`);
  }
  await unpack(archive, folder, download);
  return join(folder, name, K6_FILE);
}

/** @returns the SHA-256 of what was saved, in hex. */
async function save(address: string, file: string, download: Download): Promise<string> {
  const silence = new AbortController();
  const { silenceMs = SILENCE_MS, signal, progress } = download;
  const timer = setTimeout(() => silence.abort(), silenceMs);
  const limit = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal;
  const hash = createHash('sha256');
  let bytes = 0;
  let total = 0;
  const output = await open(file, 'w');
  // Not at the top: every command would wait for what only a download needs.
  const { getByProxy, wayTo } = await import('./proxy.ts');
  try {
    const response = await getByProxy(address, limit);
    const { statusCode = 0, headers } = response;
    if (statusCode !== 200) {
      response.destroy();
      throw new RunnerError(`${address}: HTTP ${statusCode}${wayTo(address)}`);
    }
    total = Number(headers['content-length'] ?? 0);
    for await (const piece of response) {
      timer.refresh();
      hash.update(piece);
      await output.write(piece);
      bytes += piece.length;
      progress.update(`k6: downloading, ${megabytes(bytes)}${share(bytes, total)}`);
    }
  } catch (error) {
    if (error instanceof RunnerError) throw error;
    if (silence.signal.aborted) {
      const silence = `no answer for ${silenceMs / 1_000} s`;
      throw new RunnerError(`${address}: ${silence}${wayTo(address)}`, 1, error);
    }
    if (total > bytes && bytes > 0) {
      throw new RunnerError(`${address}: cut short: got ${bytes} of ${total} bytes`, 1, error);
    }
    throw new RunnerError(`${address}: ${messageOf(causeOf(error))}${wayTo(address)}`, 1, error);
  } finally {
    clearTimeout(timer);
    progress.clear();
    await output.close();
  }
  return hash.digest('hex');
}

async function checksumOf(file: string, lines: string, address: string): Promise<string> {
  const input = await open(lines);
  for await (const line of input.readLines()) {
    const [sum, name] = line.trim().split(/\s+\*?/);
    if (name === file && sum) return sum.toLowerCase();
  }
  throw new RunnerError(`${address}: no checksum for ${file}`);
}

async function unpack(archive: string, folder: string, { env }: Download): Promise<void> {
  try {
    // The tar of macOS and Windows opens a zip too; Linux releases are a tar.gz.
    await promisify(execFile)('tar', ['-xf', archive, '-C', folder], { env });
  } catch (error) {
    throw new RunnerError(`${archive}: tar -xf failed: ${messageOf(error).trim()}`, 1, error);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

function share(bytes: number, total: number): string {
  return total > 0
    ? ` of ${megabytes(total)} (${Math.floor((100 * bytes) / total).toFixed(0)} %)`
    : '';
}

// Of several addresses of one host, each has an error, and all together have no text.
function causeOf(error: unknown): unknown {
  return error instanceof AggregateError ? error.errors[0] : error;
}
