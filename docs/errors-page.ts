/** docs/errors.md, from the table of reasons. */
import type { Phase } from '../lib/base/errors.ts';
import { type Reason, reasonTable } from '../lib/metrics/reasons.ts';
import { code, table } from '../lib/render/markdown.ts';
import { generatedFrom } from './generated-from.ts';

/** What happens in each phase. */
const PHASES: Readonly<Record<Phase, string>> = {
  token: 'the call generate-token',
  create: 'the call create-chat',
  connect: 'the socket is opened',
  stream: 'an answer is waited for',
  decrypt: 'a frame is opened',
  protocol: 'a frame is read',
};

export function errorsPage(): string {
  return `${generatedFrom('lib/metrics/reasons.ts')}

# Errors

Each error is counted once, in \`chat_errors\` with the tags \`phase\` and \`reason\`. Those of \`decrypt\` and
\`protocol\` concern one frame or one answer, and the session goes on. The others end their session, and no
other one.

k6 does not tell a script which status a refused upgrade had. The summary reads it from k6's own samples
and lists it apart (“handshakes refused: 503×10”). For \`network\`, which alone says little, the log has k6's own
words; what k6 quotes of the service is left out, since it may echo keys.

k6 has a clock that nobody sets in scenarios with a duration or stages. In the others (\`default\`, \`smoke\`) a
clock that is set back shows in the stamps of frames, and one that is set forward by a second or more in late
timers, up to two seconds later; a smaller step forward is not seen, nor any on a busy machine. What falls into
the set-up of a session is not seen in any profile: \`chat_setup_time\` is then wrong by as much.

${sections().join('\n\n')}
`;
}

/** Phases with the same reasons share a section. */
function sections(): string[] {
  const byRows = new Map<string, Phase[]>();
  for (const [phase, reasons] of Object.entries(reasonTable()) as [Phase, Reason[]][]) {
    const rows = table(['reason', 'meaning'], reasons.map(cells), 'l');
    byRows.set(rows, [...(byRows.get(rows) ?? []), phase]);
  }
  return [...byRows].map(([rows, phases]) => {
    const heading = phases.map((phase) => `${phase}: ${PHASES[phase]}`).join('; ');
    return `## ${heading}\n\n${rows}`;
  });
}

function cells({ reason, meaning }: Reason): string[] {
  return [code(reason), meaning.replace(/\b(NUC_\w+|complete_response)\b/g, '`$1`')];
}
