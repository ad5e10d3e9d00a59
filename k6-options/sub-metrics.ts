/** The parts of a metric that the summary shows. k6 works them out only where a threshold names
 * them; an empty list names one and asks nothing, so that it cannot pass or fail. */

import type { Phase } from '../lib/base/errors.ts';
import { HANDSHAKE_STATUSES, reasonTable } from '../lib/metrics/reasons.ts';
import { TURNS } from '../lib/protocol/answer.ts';
import type { Thresholds } from '../lib/results/profile.ts';

/** What the summary shows of each course, turn and step. */
const OF_EACH_PART = [
  'chat_questions_sent',
  'chat_responses_received',
  'chat_response_success',
  'chat_slo_met',
  'chat_time_to_first_chunk',
  'chat_response_time',
];

const OF_EACH_STEP = [
  ...OF_EACH_PART,
  'chat_sessions_started',
  'chat_setup_success',
  'chat_session_success',
  'chat_setup_time',
  'chat_errors',
];

export function subMetrics(courses: readonly string[], steps: readonly string[]): Thresholds {
  const names = [
    ...OF_EACH_PART.flatMap((metric) => [
      ...courses.map((course) => `${metric}{course:${course}}`),
      ...TURNS.map((turn) => `${metric}{turn:${turn}}`),
    ]),
    ...OF_EACH_STEP.flatMap((metric) => steps.map((step) => `${metric}{step:${step}}`)),
    ...(Object.keys(reasonTable()) as Phase[]).flatMap((phase) =>
      reasonTable()[phase].map(({ reason }) => `chat_errors{phase:${phase},reason:${reason}}`),
    ),
    ...HANDSHAKE_STATUSES.map((status) => `ws_sessions{status:${status}}`),
  ];
  return Object.fromEntries(names.map((name) => [name, []]));
}
