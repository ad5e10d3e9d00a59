/** Short runs of chat.js against a service that a test scripts, or that is not there. */
import assert from 'node:assert/strict';
import { runK6, target } from './run-k6.ts';
import { type Script, withChatbot } from './scripted-chatbot.ts';

/** Each session asks one question. */
const ONE_QUESTION = { COURSES: 'MED1060', NUC_QUESTIONS_PER_COURSE: '1', NUC_LOG: 'sessions' };

/** A run of chat.js whose summary is there, with its errors as texts. */
export async function runShort(settings: Record<string, string>) {
  const result = await runK6('chat', { settings: { ...ONE_QUESTION, ...settings } });
  assert.ok(result.summary, result.stderr);
  const errors = result.summary.errors.map(
    ({ phase, reason, count }) => `${phase}/${reason} ${count}`,
  );
  return { ...result, summary: result.summary, errors };
}

export async function runAgainst(script: Script, settings: Record<string, string> = {}) {
  return withChatbot(script, async (chatbot) => ({
    ...(await runShort({ ...target(chatbot.url), ...settings })),
    chatbot,
  }));
}
