/** What happened so many times a second: questions and answers, errors. */

import { counted } from '../../lib/base/format.ts';
import { spanOf } from '../samples/buckets.ts';
import type { Timeline } from '../samples/recording-shape.ts';
import { total } from '../samples/timeline.ts';
import { COLOURS, type Content, line } from './chart.ts';

export function throughput(timeline: Timeline): Content {
  const questions = counted(total(timeline.questionsSent), 'question');
  const answers = counted(total(timeline.answers), 'answer');
  return {
    id: 'throughput',
    unit: 'rate',
    series: [
      { ...line('questions sent', perSecond(timeline, timeline.questionsSent), 3), dashed: true },
      line('answers complete', perSecond(timeline, timeline.answers), 1),
    ],
    about: `${questions}, ${answers} in all`,
  };
}

export function errors(timeline: Timeline): Content {
  const room = timeline.errors.length > COLOURS ? COLOURS - 1 : COLOURS;
  const shown = timeline.errors.slice(0, room);
  const others = timeline.errors.slice(room);
  const series = shown.map(({ phase, reason, counts }, index) =>
    line(`${phase}/${reason}`, perSecond(timeline, counts), index + 1),
  );
  if (others.length > 0) {
    const sums = timeline.answers.map((_, bucket) =>
      total(others.map(({ counts }) => counts[bucket] ?? 0)),
    );
    series.push(line(`${others.length} other reasons`, perSecond(timeline, sums), COLOURS));
  }
  const all = total(timeline.errors.map(({ counts }) => total(counts)));
  const about = all === 0 ? 'No errors' : `${counted(all, 'error')} in all`;
  return { id: 'errors', unit: 'rate', series, stacked: true, about };
}

/** What a run has in less than a second is not scaled up to one. */
const SECOND_MS = 1000;

function perSecond(timeline: Timeline, counts: readonly number[]): number[] {
  // Older files have narrower buckets.
  const leastMs = Math.min(timeline.widthMs, SECOND_MS);
  return counts.map((count, bucket) => {
    const { fromMs, toMs } = spanOf(timeline, bucket);
    return Math.round((count / Math.max(toMs - fromMs, leastMs)) * 1e9) / 1e6;
  });
}
