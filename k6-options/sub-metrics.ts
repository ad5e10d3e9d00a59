/** The parts of a metric that the summary shows. k6 works them out only where a threshold names
 * them; an empty list names one and asks nothing, so that it cannot pass or fail. */

import type { Phase } from '../lib/base/errors.ts';
import { metricsShownFor } from '../lib/metrics/catalogue.ts';
import { HANDSHAKE_STATUSES, reasonTable } from '../lib/metrics/reasons.ts';
import { TURNS } from '../lib/protocol/answer.ts';
import type { Thresholds } from '../lib/results/profile.ts';

export function subMetrics(courses: readonly string[], steps: readonly string[]): Thresholds {
  const names = [
    ...partsOf('course', courses),
    ...partsOf('turn', TURNS),
    ...partsOf('step', steps),
    ...(Object.keys(reasonTable()) as Phase[]).flatMap((phase) =>
      reasonTable()[phase].map(({ reason }) => `chat_errors{phase:${phase},reason:${reason}}`),
    ),
    ...HANDSHAKE_STATUSES.map((status) => `ws_sessions{status:${status}}`),
  ];
  return Object.fromEntries(names.map((name) => [name, []]));
}

function partsOf(tag: 'course' | 'turn' | 'step', values: readonly string[]): string[] {
  return metricsShownFor(tag).flatMap((metric) =>
    values.map((value) => `${metric}{${tag}:${value}}`),
  );
}
