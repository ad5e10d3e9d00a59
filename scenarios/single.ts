/** One message, or a few, everything shown: what a person runs first against a new deployment. */

import exec from 'k6/execution';
import http from 'k6/http';
import { createEngine } from '#chat';
import { type ChatError, isChatError, messageOf } from '../lib/base/errors.ts';
import { safeLine } from '../lib/base/safe-text.ts';
import type { ChatSession } from '../lib/k6/chat/chat-session.ts';
import { openChat, type SetUpObserver } from '../lib/k6/chat/open-chat.ts';
import { reasons } from '../lib/k6/reasons.ts';
import { loadCredentials } from '../lib/k6/run/credentials.ts';
import { filesRead, orStop } from '../lib/k6/run/init.ts';
import { loadQuestions, loadSettings } from '../lib/k6/run/load-settings.ts';
import { Deadline } from '../lib/k6/session/deadline.ts';
import { HANDSHAKE_STATUSES } from '../lib/metrics/reasons.ts';
import {
  answerText,
  chunkText,
  completeText,
  milliseconds,
  sessionLine,
} from '../lib/render/log-text.ts';
import { type K6Data, statistic } from '../lib/results/k6-data.ts';
import { syntheticUser } from '../lib/settings/users.ts';

const settings = orStop(loadSettings);
const course = settings.course ?? settings.courses[0] ?? '';
const messages =
  settings.message?.split(/\r?\n/).filter((line) => line.trim() !== '') ?? orStop(firstQuestions);
const credentials = await loadCredentials(settings);
const engine = createEngine({ separator: settings.separator, morph: settings.morph });

/** A person is watching: they will have given up by then. */
const LONGEST_MS = 3_600_000;

export const options = {
  scenarios: {
    single: { executor: 'per-vu-iterations', vus: 1, iterations: 1, maxDuration: '1h' },
  },
  // Go prints what a service sends on an idle connection, and it may echo the keys.
  noConnectionReuse: true,
  // Names the sub-metrics that tell the status of a refused upgrade, and asks nothing of them.
  thresholds: Object.fromEntries(
    HANDSHAKE_STATUSES.map((status) => [`ws_sessions{status:${status}}`, []]),
  ),
};

function firstQuestions(): string[] {
  const setting = settings.course === null ? 'COURSES' : 'NUC_COURSE';
  const limit = settings.questionsPerCourse ?? 1;
  return loadQuestions(settings, [course], limit, setting).map(({ text }) => text);
}

function show(text: string): void {
  console.log(sessionLine(new Date(), 1, text));
}

function showProblem(error: ChatError): void {
  show(`! ${error.phase}/${error.reason}: ${error.message}`);
}

const everything: SetUpObserver = {
  wantsFrames: true,
  onToken: (ms) => show(`generate-token: ${milliseconds(ms)}`),
  onChat: (ms) => show(`create-chat: ${milliseconds(ms)}`),
  onSocket: (ms) => show(`Socket open, ${milliseconds(ms)} after the start`),
  onFrame: (index, keys, latencyMs) => show(chunkText(index, keys, latencyMs)),
  onFrames: () => {},
  onFirstText: () => {},
  onSent: () => {},
  onLag: () => {},
  onUnusable: showProblem,
  onStray: showProblem,
};

export default async function singleChat(): Promise<void> {
  show(`Talking to ${settings.baseUrl}`);
  for (const file of filesRead) show(`Read ${file}`);
  const deadline = new Deadline(LONGEST_MS, settings.sessionTimeout);
  let chat: ChatSession | null = null;
  try {
    const user = syntheticUser(settings, 1, course);
    const time = { left: () => deadline.left(), steadyMs: () => null, look: () => deadline.look() };
    const opening = openChat(
      { settings, credentials, engine, http, reasons },
      user,
      time,
      everything,
    );
    chat = await deadline.race(opening, (late) => late.close());
    const open = chat;
    deadline.onOver((reason) => open.end(reason));
    for (const message of messages) {
      const answer = await chat.ask(message, course, () => show(`Question sent: ${message}`));
      show(completeText(answer.frames, answer.responseMs));
      show(
        `First chunk after ${milliseconds(answer.firstChunkMs ?? answer.responseMs)}. The answer:`,
      );
      console.log(`\n${answerText(answer.text)}\n`);
      if (answer.text.trim() === '') exec.test.fail('the answer has no text');
      if (!answer.joinsUp) {
        show('! The chunks do not join up to the complete_response');
        if (settings.strict) exec.test.fail('the chunks do not join up to the complete_response');
      }
    }
    deadline.cancel();
    await chat.close();
    show('Session complete');
  } catch (error) {
    deadline.cancel();
    const where = isChatError(error) ? `${error.phase}/${error.reason}: ` : '';
    exec.test.fail(safeLine(`${where}${messageOf(error)}`));
    await chat?.close();
  }
}

/** Everything was shown while it happened, but what k6 tells no script: a refused upgrade's status. */
export function handleSummary({ metrics = {} }: Partial<K6Data>): Record<string, string> {
  const refused = HANDSHAKE_STATUSES.filter(
    (status) => statistic(metrics[`ws_sessions{status:${status}}`], 'count') > 0,
  );
  return refused.length === 0
    ? {}
    : { stderr: `The upgrade was refused with status ${refused.join(', ')}\n` };
}
