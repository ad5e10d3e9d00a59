/** The second row: what a user of the chatbot waits for. */
import { type ChatMetricOf, isTime } from '../lib/metrics/catalogue.ts';
import { above, type Panel, type Row, WIDTH } from './layout.ts';
import { FIRST_CHUNK, RESPONSE } from './limits.ts';
import { PERCENTILES, type Tag } from './queries.ts';

type Wait = Pick<Panel, 'title' | 'about' | 'limit'> & { readonly metric: ChatMetricOf<'trend'> };

const WAITS: readonly Wait[] = [
  {
    title: 'First chunk',
    about: 'Question sent → the first frame with text in it.',
    metric: 'chat_time_to_first_chunk',
    limit: above(FIRST_CHUNK),
  },
  {
    title: 'Response',
    about: 'Question sent → the answer is complete.',
    metric: 'chat_response_time',
    limit: above(RESPONSE),
  },
  {
    title: 'Longest gap',
    about: 'The longest pause between two frames of an answer.',
    metric: 'chat_chunk_gap_max',
  },
  {
    title: 'Text rate',
    about:
      'Characters of an answer a second, from its first to its last frame with text. Here more is better: the percentiles are those of the fastest answers.',
    metric: 'chat_text_rate',
  },
];

export const latency: Row = {
  title: 'How does it feel?',
  answer:
    'What a user waits for: the first text, the whole answer, the longest pause within it. The ' +
    'percentile of the numbers, of the courses and of the turns is the one chosen at the top.',
  remark: 'times',
  panels: [
    ...WAITS.map(ofRun),
    ...WAITS.map(overTime),
    ...WAITS.map((wait) => byTag(wait, 'course')),
    ...WAITS.map((wait) => byTag(wait, 'turn')),
  ],
};

function panel(
  { about, limit, metric }: Wait,
  title: string,
  kind: Panel['kind'],
  queries: Panel['queries'],
) {
  const unit = isTime(metric) ? 'ms' : 'short';
  return { title, about, kind, width: WIDTH / WAITS.length, unit, limit, queries } as const;
}

function ofRun(wait: Wait): Panel {
  return panel(wait, `${wait.title}, p$percentile`, 'number', [
    { ask: 'percentile of the run', metric: wait.metric, percentile: '$percentile', legend: '' },
  ]);
}

function overTime(wait: Wait): Panel {
  const queries = PERCENTILES.map(
    (percentile) =>
      ({
        ask: 'percentile',
        metric: wait.metric,
        percentile,
        legend: `p${percentile}`,
      }) as const,
  );
  return panel(wait, wait.title, 'lines', queries);
}

function byTag(wait: Wait, tag: Tag): Panel {
  return panel(wait, `${wait.title} by ${tag}, p$percentile`, 'lines', [
    {
      ask: 'percentile',
      metric: wait.metric,
      percentile: '$percentile',
      legend: '',
      by: [tag],
    },
  ]);
}
