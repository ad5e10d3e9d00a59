/** The first row: one look says whether all is well. */
import type { MetricName } from '../lib/metrics/catalogue.ts';
import { above, type Panel, type Row } from './layout.ts';
import { SLO_RATE } from './limits.ts';
import { type Query, type Samples, UNANSWERED } from './queries.ts';

const PERCENT = 100;

const SESSIONS: Samples = { begun: 'chat_sessions_started', good: 'chat_sessions_completed' };
/** A set-up that the end of the run interrupted has no sample; there are few of them. */
const SET_UPS: Samples = { ended: [{ metric: 'chat_sessions_started' }] };
const ANSWERS: Samples = { ended: [{ metric: 'chat_responses_received' }, UNANSWERED] };

export const health: Row = {
  title: 'Is it healthy?',
  answer:
    'Green numbers: sessions do not fail, answers are good and in time. Where not, the errors say in ' +
    'which phase of a session, and for what reason.',
  remark: 'shares',
  panels: [
    shareOfRun(
      'Sessions that did not fail',
      'chat_session_success',
      SESSIONS,
      1,
      'Of those that ended by themselves: one that the end of the run cut off is not counted.',
    ),
    shareOfRun('Good answers', 'chat_response_success', ANSWERS, 1),
    shareOfRun('Answers within the SLO', 'chat_slo_met', ANSWERS, SLO_RATE),
    {
      title: 'Errors',
      about: 'All errors of the run.',
      kind: 'number',
      width: 6,
      unit: 'short',
      limit: above(1),
      withoutSamples: '0',
      queries: [{ ask: 'total', metrics: ['chat_errors'], legend: '' }],
    },
    {
      title: 'Success over time',
      about: `The line is what the SLO asks for: ${SLO_RATE * PERCENT} % unless NUC_SLO_RATE is set.`,
      kind: 'lines',
      width: 10,
      unit: 'percentunit',
      limit: { at: SLO_RATE, bad: 'below' },
      queries: [
        share('set-ups', 'chat_setup_success', SET_UPS),
        share('answers', 'chat_response_success', ANSWERS),
        share('within the SLO', 'chat_slo_met', ANSWERS),
      ],
    },
    {
      title: 'Errors so far',
      about: 'By phase and reason, added up.',
      kind: 'lines',
      width: 8,
      unit: 'short',
      queries: [{ ask: 'so far', metric: 'chat_errors', legend: '', by: ['phase', 'reason'] }],
    },
    {
      title: 'Errors by reason',
      about: 'By phase and reason, of the whole run.',
      kind: 'table',
      width: 6,
      unit: 'short',
      queries: [{ ask: 'total', metrics: ['chat_errors'], legend: '', by: ['phase', 'reason'] }],
    },
  ],
};

function shareOfRun(
  title: string,
  metric: MetricName,
  samples: Samples,
  asked: number,
  of = '',
): Panel {
  return {
    title,
    about: `${metric}, green from ${asked * PERCENT} % on. ${of}`.trim(),
    kind: 'number',
    width: 6,
    unit: 'percentunit',
    limit: { at: asked, bad: 'below' },
    queries: [{ ask: 'share of the run', metric, samples, legend: '' }],
  };
}

function share(legend: string, metric: MetricName, samples: Samples): Query {
  return { ask: 'share', metric, samples, legend };
}
