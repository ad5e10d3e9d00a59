/** The third row: how much is going on. */
import type { MetricName } from '../lib/metrics/catalogue.ts';
import type { Row } from './layout.ts';
import { type Query, UNANSWERED } from './queries.ts';

export const load: Row = {
  title: 'How much load?',
  answer:
    'Who is there, how many answers are being written at this moment, how much comes and goes, and ' +
    'how long it takes until a session can ask its first question.',
  remark: 'load',
  panels: [
    {
      title: 'Sessions',
      about: 'Active virtual users, each of them one session; sessions started and completed.',
      kind: 'lines',
      width: 12,
      unit: 'short',
      queries: [
        { ask: 'highest', metric: 'vus', legend: 'active' },
        { ask: 'so far', metric: 'chat_sessions_started', legend: 'started' },
        { ask: 'so far', metric: 'chat_sessions_completed', legend: 'completed' },
      ],
    },
    {
      title: 'Answers in flight',
      // Each point costs a store eight times what one of another line does: a quarter of an hour at 7.5 s, 30 min at 15 s.
      points: 120,
      about:
        'Questions sent, less answered, failed and cut off. A run that was aborted ends above 0: of ' +
        'questions that an abort cuts off k6 gives no sample.',
      kind: 'lines',
      width: 12,
      unit: 'short',
      queries: [
        {
          ask: 'open',
          legend: 'in flight',
          opened: { metric: 'chat_questions_sent' },
          closed: [
            { metric: 'chat_responses_received' },
            UNANSWERED,
            { metric: 'chat_interrupted' },
          ],
        },
      ],
    },
    {
      title: 'Questions and answers per second',
      about: 'Sent, and complete.',
      kind: 'lines',
      width: 8,
      unit: 'cps',
      queries: [
        { ask: 'per second', metric: 'chat_questions_sent', legend: 'questions' },
        { ask: 'per second', metric: 'chat_responses_received', legend: 'answers' },
      ],
    },
    {
      title: 'Frames per second',
      about: 'As they arrive; chat_chunks counts those that opened, when their answer ends.',
      kind: 'lines',
      width: 8,
      unit: 'cps',
      queries: [{ ask: 'per second', metric: 'ws_msgs_received', legend: 'frames' }],
    },
    {
      title: 'Set-up, p$percentile',
      about: 'The two calls, and the time from the start of a session to its open socket.',
      kind: 'lines',
      width: 8,
      unit: 'ms',
      queries: [
        time('chat_token_time', 'token'),
        time('chat_create_time', 'create chat'),
        time('chat_setup_time', 'socket open'),
      ],
    },
  ],
};

function time(metric: MetricName, legend: string): Query {
  return { ask: 'percentile', metric, percentile: '$percentile', legend };
}
