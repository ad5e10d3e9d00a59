/** Runs that are hard on a page: many steps, many kinds of errors, nothing at all. */

import type { K6Metric, Summary } from '../../lib/results/model.ts';
import type { Samples } from '../../report/samples/samples.ts';
import { counter, rate, sampleSummary, times } from '../results/sample-run.ts';
import { MadeRun } from './made-samples.ts';

const MINUTE = 60_000;
const STEPS = Array.from({ length: 10 }, (_, index) => String(10 + 50 * index));
const TURNS = ['1', '2-10', '11+'];
const ERRORS = [
  ['token', 'http_5xx'],
  ['connect', 'handshake'],
  ['connect', 'handshake_timeout'],
  ['connect', 'refused'],
  ['stream', 'stall'],
  ['stream', 'response_timeout'],
  ['stream', 'closed_1006'],
  ['stream', 'closed_1011'],
  ['decrypt', 'envelope'],
  ['protocol', 'wrong_text'],
] as const;

export interface Made {
  readonly samples: Samples;
  readonly summary: Summary;
}

/** Ten steps of three minutes, twelve hundred answers, ten kinds of errors, twelve crossed thresholds. */
export function longRamp(): Made {
  const run = new MadeRun(30 * MINUTE);
  STEPS.forEach((step, index) => {
    const from = index * 3 * MINUTE;
    for (let session = 0; session <= index; session += 1) {
      run.session(from + session * 10, 29 * MINUTE + session, 'complete', { step });
    }
    for (let answer = 0; answer < 120; answer += 1) {
      const tags = {
        step,
        course: answer % 2 ? 'MED1060' : 'BUMA1000',
        turn: TURNS[answer % 3] ?? '1',
      };
      const slower = 1 + index / 4 + (answer % 7) / 10;
      run.answer(from + answer * 1100, 700 * slower, 9_000 * slower, tags);
      const [phase, reason] = ERRORS[(answer * index) % ERRORS.length] ?? ERRORS[0];
      if (answer % 12 < index / 2)
        run.failure(from + answer * 1100, from + answer * 1101, phase, reason, tags);
    }
  });
  const metrics: Record<string, K6Metric> = {};
  STEPS.forEach((step, index) => {
    const of = (metric: string) => `${metric}{step:${step}}`;
    metrics[of('chat_sessions_started')] = counter(10 + index * 20);
    metrics[of('chat_questions_sent')] = counter(130);
    metrics[of('chat_responses_received')] = counter(120);
    metrics[of('chat_response_success')] = rate(120, index);
    metrics[of('chat_slo_met')] = rate(100, index * 6, { 'rate>=0.95': index === 0 });
    metrics[of('chat_time_to_first_chunk')] = times(120, 700 + index * 200);
    metrics[of('chat_response_time')] = times(120, 9_000 + index * 2_000);
    metrics[of('chat_errors')] = counter(index * 7);
  });
  const summary = sampleSummary(metrics, {
    profile: 'breakpoint',
    purpose: 'climbs until the SLO breaks, and stops there: how many sessions can it serve?',
    steps: STEPS,
    asks: { kind: 'climb', unit: 'sessions', rates: [{ metric: 'chat_slo_met', least: 0.95 }] },
    settings: {
      NUC_SLO_FIRST_CHUNK: '1500ms',
      NUC_SLO_RESPONSE: '25s',
      NUC_MAX_CLIENT_LAG: '',
      NUC_BASE_URL: 'https://chat.staging.example.test',
    },
  });
  return { samples: run.samples(), summary };
}

/** Three sessions fail within 40 ms, as with a wrong key: one bar in the chart of errors. */
export function failedAtOnce(): Samples {
  const run = new MadeRun(38);
  for (const at of [20, 25, 30]) {
    run.session(0, at, 'failed');
    run.add('chat_errors', at, 1, { phase: 'token', reason: 'http_401' });
  }
  return run.samples();
}

/** Two points of the profile `connections`: sockets that are opened and held. */
export function socketsAlone(): Samples {
  const run = new MadeRun(30_000, 'connections');
  for (const [from, step] of [
    [0, '5'],
    [15_000, '10'],
  ] as const) {
    const tags = { step };
    for (let socket = 0; socket < Number(step); socket += 1) {
      run.session(from + socket, from + 12_000, 'complete', tags);
      run.add('chat_setup_time', from + 40 + socket, 40 + socket, tags);
      run.add('chat_setup_success', from + 40 + socket, 1, tags);
    }
  }
  return run.samples();
}

/** Every session is refused at its first call: no question, no answer. */
export function nothingAnswered(): Samples {
  const run = new MadeRun(3_000);
  for (let session = 0; session < 20; session += 1) {
    run.session(session * 10, session * 10 + 40, 'failed');
    run.add('chat_errors', session * 10 + 30, 1, { phase: 'token', reason: 'refused' });
  }
  return run.samples();
}
