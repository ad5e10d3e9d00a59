/** docs/faults.md: what the server does, and what one sees, from the tables that the tests run. */
import { FAULTS } from '../../simulator/faults.ts';
import type { HostileCase } from '../k6/hostile-case.ts';
import { HOSTILE_GROUPS } from '../k6/hostile-cases.ts';

export const FAULTS_PAGE = new URL('../../docs/faults.md', import.meta.url);

/** Words for the counts that hold for a case's session of two questions. */
function seen({ sent, received, good }: HostileCase): string {
  if (sent === 0) return 'the session fails before its first question';
  if (received < sent) return 'the session fails in its first answer';
  return good === received ? 'the session goes on' : 'the session goes on, its answers have failed';
}

function row(each: HostileCase): string {
  const errors = each.errors === '' ? 'no error' : `\`${each.errors.replaceAll(/ ×\d+/g, '')}\``;
  return `| ${each.name} | ${errors} | ${seen(each)} |`;
}

export function faultsPage(): string {
  const cases = HOSTILE_GROUPS.flatMap(({ name, cases }) => [
    `### ${name[0]?.toUpperCase()}${name.slice(1)}`,
    '',
    '| the server sends or does | counted as | and |',
    '|---|---|---|',
    ...cases.map(row),
    '',
  ]);
  const faults = Object.entries(FAULTS).map(([name, what]) => `| \`${name}\` | ${what} |`);
  return [
    '<!-- Generated from tests/k6/hostile-cases.ts and simulator/faults.ts by npm run docs: change it there, not here. -->',
    '',
    '# What the server does, and what one sees',
    '',
    'A session that meets a fault is counted under a reason, and ends alone: the sessions beside it go on. An',
    'error in set-up or of the socket fails the session. A frame that cannot be used, or that belongs to no open',
    'answer, is counted and set aside, and the session goes on. [errors.md](errors.md) says what each reason means.',
    '',
    'Each row below is a case of tests/k6/hostile.test.ts: a server of bare sockets does it to one session of the',
    'real k6, with five healthy sessions beside it, and both sides have to count the same.',
    '`HOSTILE_TABLE=table.txt node --import tsx --test tests/k6/hostile.test.ts` writes what was seen.',
    '',
    '## Cases',
    '',
    ...cases,
    '## What k6 puts no bound on',
    '',
    'A service that means harm can fill the memory of k6 in three ways. k6 reads the body of a call whole before a',
    'script hears of it: one that never ends ends with the session, and took 2.7 GB in the 8 s of that (limit 4 s,',
    'the server on the same machine, 2026-11-25). And headers of the reply to the upgrade have no bound with the',
    'engine webcrypto: where they never ended, k6 had 4 GB when it was ended by hand, and where they came one by',
    'one, it gave up after 60 s, its own limit; the session was counted at its own (`connect/handshake_timeout`), and',
    'k6 held its virtual user.',
    'The engine native ends such a reply after 1 MB (`connect/too_big`), and any handshake with its session.',
    'And k6’s own WebSocket reads frames faster than a script takes them: a flood of small ones took 0.8 GB in the 3 s',
    'of its session, which ends it; where the service then cuts the socket, k6 goes on until it has come to the last',
    'frame that it had read (18 s, after 1.5 s of a flood). native reads no faster than frames are used (68 MB; of an',
    'endless answer of frames of 1.5 MB 108 MB).',
    'A service that floods and never answers a close holds k6 until it cuts the socket; the session is counted at',
    'its end. native gives up after 10 s.',
    'Against a service that may do so, give k6 a bound of its own, such as a container’s.',
    '',
    '## Faults of the simulator',
    '',
    '`--fault NAME` does it in every session, `--fault NAME:1/K` in every K-th ([simulator.md](simulator.md)).',
    '',
    '| fault | what happens |',
    '|---|---|',
    ...faults,
    '',
  ].join('\n');
}
