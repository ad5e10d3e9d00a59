/** A server with one release of k6, as the real one has it, that can be told to go wrong. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { PINNED_K6 } from '../../runner/k6-binary/version.ts';
import { pack, program, versionOnly } from './scratch.ts';

const SYSTEM = { linux: 'linux', darwin: 'macos' }[process.platform as 'linux' | 'darwin'];
const MACHINE = { x64: 'amd64', arm64: 'arm64' }[process.arch as 'x64' | 'arm64'];
const NAME = `k6-v${PINNED_K6}-${SYSTEM}-${MACHINE}`;

export const ARCHIVE = `${NAME}.${SYSTEM === 'linux' ? 'tar.gz' : 'zip'}`;
export const CHECKSUMS = `k6-v${PINNED_K6}-checksums.txt`;

/** Answers a request for one file. */
export type Reply = (response: ServerResponse) => void;

export interface Release {
  /** For CHAT_K6_RELEASES. */
  readonly url: string;
  /** The paths that were asked for, in order. */
  readonly asked: readonly string[];
  readonly archive: Buffer;
  /** Answers requests for that file in another way from now on. */
  answer(file: string, reply: Reply): void;
  /** Puts another archive there, with the checksum that belongs to it. */
  replace(archive: Buffer): void;
}

/** The bytes of a release archive whose k6 is a script. */
export async function archiveOf(folder: string, body: string): Promise<Buffer> {
  const source = join(folder, 'packed');
  await mkdir(source, { recursive: true });
  await program(source, join(NAME, 'k6'), body);
  const archive = join(folder, ARCHIVE);
  await pack(archive, source, NAME);
  return readFile(archive);
}

/** The checksums of a release: this archive's among others'. */
export function checksums(archive: Buffer, name: string = ARCHIVE): string {
  const sum = createHash('sha256').update(archive).digest('hex');
  return `${'0'.repeat(64)}  k6-v${PINNED_K6}-plan9-amd64.tar.gz\n${sum}  ${name}\n`;
}

/** Starts a server with a good release. It goes with the test. */
export async function serveRelease(t: TestContext, folder: string): Promise<Release> {
  const archive = await archiveOf(folder, versionOnly());
  const replies = new Map<string, Reply>();
  const put = (content: Buffer) => {
    replies.set(CHECKSUMS, (response) => response.end(checksums(content)));
    replies.set(ARCHIVE, (response) => {
      response.setHeader('content-length', content.length).end(content);
    });
  };
  put(archive);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const reply = replies.get(path.replace(`/v${PINNED_K6}/`, ''));
    if (reply) reply(response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    archive,
    answer: (file, reply) => replies.set(file, reply),
    replace: put,
  };
}
