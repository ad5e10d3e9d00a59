/** The last row: whether the load generator kept up, so that the figures above are the service's. */
import { above, type Row } from './layout.ts';
import { MAX_CLIENT_LAG, MAX_SEND_LAG } from './limits.ts';
import { PERCENTILES } from './queries.ts';

export const trust: Row = {
  title: 'Can the generator be trusted?',
  answer:
    'With a p95 above the line, or with dropped or late sessions, the load generator itself was the ' +
    'bottleneck: the figures above are then not those of the service.',
  panels: [
    {
      title: 'Client lag',
      about: 'How late the script was for the frames of answers. The line is for p95.',
      kind: 'lines',
      width: 12,
      unit: 'ms',
      limit: above(MAX_CLIENT_LAG),
      queries: PERCENTILES.map((percentile) => ({
        ask: 'percentile',
        metric: 'chat_client_lag',
        percentile,
        legend: `p${percentile}`,
      })),
    },
    {
      title: 'Send and timer lag',
      about:
        'p95: how late questions were written, and timers fired. Latencies may be too long by three ' +
        'times the greater; the line is for a fast service.',
      kind: 'lines',
      width: 12,
      unit: 'ms',
      limit: above(MAX_SEND_LAG),
      queries: [
        { ask: 'percentile', metric: 'chat_send_lag', percentile: 95, legend: 'send' },
        { ask: 'percentile', metric: 'chat_timer_lag', percentile: 95, legend: 'timer' },
      ],
    },
    {
      title: 'Dropped and late sessions',
      about: 'Of an arrival rate: not started at all (dropped_iterations), or late.',
      kind: 'number',
      width: 12,
      unit: 'short',
      limit: above(1),
      withoutSamples: '0',
      queries: [{ ask: 'total', metrics: ['dropped_iterations', 'chat_late_starts'], legend: '' }],
    },
    {
      title: 'Virtual users',
      about: 'Active, and made so far.',
      kind: 'lines',
      width: 12,
      unit: 'short',
      queries: [
        { ask: 'highest', metric: 'vus', legend: 'active' },
        { ask: 'highest', metric: 'vus_max', legend: 'made' },
      ],
    },
  ],
};
