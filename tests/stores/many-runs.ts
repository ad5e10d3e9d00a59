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

/** Between two answers of a run in InfluxDB, and how many frames each of them has there. */
const ANSWER_MS = 1000;
const FRAMES = 20;

/** What k6 writes of a run into InfluxDB, where every sample is a point: in its line protocol. */
export function* pointsOf(id: string, from: number): Generator<string> {
  const run = { run_id: id, profile: 'ramp', environment: 'test', scenario: 'ramp' };
  for (let at = 0; at < RUN_MS; at += ANSWER_MS) {
    const nth = at / ANSWER_MS;
    const step = STEPS[Math.floor(at / STEP_MS)] ?? '';
    const ofStep = { ...run, step };
    const tags = {
      ...ofStep,
      course: COURSES[nth % COURSES.length] ?? '',
      turn: TURNS[nth % TURNS.length] ?? '',
    };
    const point = (metric: string, of: MadeSample['tags'], value: number, later = 0) => {
      const named = Object.entries(of).map(([tag, text]) => `,${tag}=${text}`);
      return `${metric}${named.join('')} value=${value} ${from + at + later}`;
    };
    yield point('vus', run, 110);
    yield point('vus_max', run, 110);
    yield point('chat_questions_sent', tags, 1);
    for (let frame = 0; frame < FRAMES; frame += 1)
      yield point('ws_msgs_received', ofStep, 1, frame);
    yield point('chat_responses_received', tags, 1, FRAMES);
    for (const rate of ['chat_response_success', 'chat_slo_met'])
      yield point(rate, tags, 1, FRAMES);
    for (const metric of TIMES) yield point(metric, tags, 1 + (nth % 100), FRAMES);
    if (nth % 10 > 0) continue;
    yield point('chat_sessions_started', ofStep, 1);
    yield point('chat_sessions_completed', ofStep, 1, FRAMES);
    yield point('chat_session_success', ofStep, 1, FRAMES);
    for (const metric of SET_UP) yield point(metric, ofStep, 5, FRAMES);
    yield point('chat_errors', { ...ofStep, phase: 'connect', reason: 'refused' }, 1);
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
