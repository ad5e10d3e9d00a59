/** Runs of a ramp as stores hold them, made by hand: fifty real ones would take hours. */

/** The runs are one after the other, and the latest ends with the range. */
const RUN_MS = 360_000;
const APART_MS = 430_000;
const STEPS = ['10', '60', '110'];
const STEP_MS = RUN_MS / STEPS.length;
const COURSES = ['MED1060', 'BUMA1000'];
const TURNS = ['1', '2-10', '11+'];
const TIMES = [
  'chat_time_to_first_chunk',
  'chat_response_time',
  'chat_chunk_gap_max',
  'chat_client_lag',
  'chat_text_rate',
];
const SET_UP = ['chat_token_time', 'chat_create_time', 'chat_setup_time'];

export interface MadeSample {
  readonly metric: string;
  /** Of Prometheus: `_total`, `_rate`, `_p95`; '' for a gauge. */
  readonly suffix: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Epoch ms. */
  readonly at: number;
  readonly value: number;
}

/** @returns a run's id, and when it began. */
export function madeRuns(count: number, endMs: number): { id: string; from: number }[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `made-${String(index + 1).padStart(2, '0')}`,
    from: endMs - RUN_MS - (count - 1 - index) * APART_MS,
  }));
}

/** What k6 pushes of a run, with one point of each series in that many seconds. */
export function* samplesOf(id: string, from: number, everyS: number): Generator<MadeSample> {
  const run = { run_id: id, profile: 'ramp', environment: 'test', scenario: 'ramp' };
  for (let at = 0; at <= RUN_MS; at += 5000) {
    yield { metric: 'vus', suffix: '', tags: run, at: from + at, value: 110 };
    yield { metric: 'vus_max', suffix: '', tags: run, at: from + at, value: 110 };
  }
  for (const [index, step] of STEPS.entries()) {
    for (let passed = 0; passed < STEP_MS; passed += everyS * 1000) {
      const at = from + index * STEP_MS + passed;
      const count = 1 + passed / 1000;
      const ofStep = { ...run, step };
      const add = (metric: string, suffix: string, tags: MadeSample['tags'], value: number) => ({
        ...{ metric, suffix, tags, at, value },
      });
      yield add('chat_sessions_started', '_total', ofStep, count);
      yield add('chat_sessions_completed', '_total', ofStep, count);
      yield add('chat_session_success', '_rate', ofStep, 1);
      yield add('ws_msgs_received', '_total', ofStep, 180 * count);
      yield add('chat_errors', '_total', { ...ofStep, phase: 'connect', reason: 'refused' }, count);
      for (const metric of SET_UP) yield* percentiles(metric, ofStep, at);
      for (const course of COURSES) {
        for (const turn of TURNS) {
          const tags = { ...ofStep, course, turn };
          yield add('chat_questions_sent', '_total', tags, count + 1);
          yield add('chat_responses_received', '_total', tags, count);
          yield add('chat_response_success', '_rate', tags, 1);
          yield add('chat_slo_met', '_rate', tags, 1);
          for (const metric of TIMES) yield* percentiles(metric, tags, at);
        }
      }
    }
  }
}

function* percentiles(metric: string, tags: MadeSample['tags'], at: number): Generator<MadeSample> {
  for (const percent of [50, 95, 99]) {
    yield { metric, suffix: `_p${percent}`, tags, at, value: percent / 100 };
  }
}

/** What promtool makes Prometheus's blocks of: a series' samples one after the other. */
export function openMetrics(samples: Iterable<MadeSample>): string {
  const families = new Map<string, Map<string, string[]>>();
  for (const { metric, suffix, tags, at, value } of samples) {
    const name = `k6_${metric}${suffix}`;
    const series = families.get(name) ?? new Map<string, string[]>();
    families.set(name, series);
    const labels = Object.entries(tags).map(([tag, text]) => `${tag}="${text}"`);
    const key = `${name}{${labels.join(',')}}`;
    const lines = series.get(key) ?? [];
    series.set(key, lines);
    lines.push(`${key} ${value} ${at / 1000}`);
  }
  const all = [...families].flatMap(([name, series]) => [
    `# TYPE ${name} unknown`,
    ...[...series.values()].flat(),
  ]);
  return `${all.join('\n')}\n# EOF\n`;
}
