import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junit } from '../../lib/render/junit.ts';
import type { Summary } from '../../lib/results/model.ts';
import { summarize } from '../../lib/results/summary.ts';
import { counter, emptyData, rate, SAMPLE_CONTEXT, sampleSummary } from '../results/sample-run.ts';
import { type Element, parseXml } from './xml.ts';

interface Case {
  readonly name: string | undefined;
  readonly time: string | undefined;
  readonly outcome: string;
  readonly message: string | undefined;
}

/** The suites by name, after every count was checked against the cases that are there. */
function suitesOf(summary: Summary): Record<string, Case[]> {
  const root = parseXml(junit(summary));
  assert.equal(root.name, 'testsuites');
  assertCounts(root, root.children.flatMap(testCases));
  return Object.fromEntries(
    root.children.map((suite) => {
      assert.equal(suite.name, 'testsuite');
      assertCounts(suite, testCases(suite));
      const cases = testCases(suite).map(({ attributes, children }) => ({
        name: attributes.name,
        time: attributes.time,
        outcome: children[0]?.name ?? 'passed',
        message: children[0]?.attributes.message,
      }));
      return [suite.attributes.name, cases];
    }),
  );
}

function testCases(suite: Element): Element[] {
  return suite.children.filter(({ name }) => name === 'testcase');
}

function assertCounts({ attributes }: Element, cases: readonly Element[]): void {
  const count = (name: string) => cases.filter(({ children }) => children[0]?.name === name).length;
  assert.equal(attributes.tests, String(cases.length));
  assert.equal(attributes.failures, String(count('failure')));
  assert.equal(attributes.skipped, String(count('skipped')));
  assert.equal(attributes.errors, '0');
}

test('the start and the latencies of the run are properties of the first suite, before its cases', () => {
  const [first, second] = parseXml(junit(sampleSummary())).children;
  assert.equal(first?.children[0]?.name, 'properties');
  const properties = first?.children[0]?.children.map(({ name, attributes }) => {
    assert.equal(name, 'property');
    return [attributes.name, attributes.value] as const;
  });
  const values = new Map(properties);
  assert.equal(values.size, properties?.length);
  assert.equal(values.get('started'), '2026-01-05 13:30:00 -02:00');
  assert.equal(values.get('First chunk, median'), '360.0 ms');
  assert.equal(values.get('First chunk, p95'), '800.0 ms');
  assert.equal(values.get('Response, max'), '100.00 s');
  assert.equal(values.get('Client lag, average'), '5.0 ms');
  assert.ok(second?.children.every(({ name }) => name !== 'properties'));
  const empty = parseXml(junit(summarize(emptyData(), SAMPLE_CONTEXT))).children[0];
  assert.deepEqual(
    empty?.children[0]?.children.map(({ attributes }) => attributes.name),
    ['started'],
  );
});

test('the text of a crossed threshold tells what failed most, its message is one line', () => {
  const [first] = parseXml(junit(sampleSummary())).children.flatMap(testCases);
  const { attributes, text } = first?.children[0] ?? {};
  assert.equal(attributes?.message, 'chat_response_success: expected rate==1, got 95.74 %');
  assert.deepEqual(text?.split('\n'), [
    attributes?.message,
    '2 × stream/stall: no frame for NUC_STALL_TIMEOUT while an answer was due',
    '1 × token/http_5xx: the service failed',
    '1 × connect/handshake: the server refused the upgrade; its status is counted apart: 1 × 503',
  ]);
});

const passed = { outcome: 'passed', message: undefined };

test('a case for each threshold, which says what was expected and what it got', () => {
  const { thresholds } = suitesOf(sampleSummary());
  const failed = (name: string, message: string) => ({
    name,
    time: '0.000',
    outcome: 'failure',
    message,
  });
  assert.deepEqual(thresholds, [
    failed('chat_response_success rate==1', 'chat_response_success: expected rate==1, got 95.74 %'),
    { name: 'chat_response_time p(95)<60000', time: '0.000', ...passed },
    { name: 'chat_responses_received count>0', time: '0.000', ...passed },
    failed('chat_session_success rate==1', 'chat_session_success: expected rate==1, got 72.73 %'),
    { name: 'chat_sessions_completed count>0', time: '0.000', ...passed },
    failed(
      'chat_time_to_first_chunk p(95)<500',
      'chat_time_to_first_chunk: expected p(95)<500, got 800.0 ms',
    ),
  ]);
});

test('a course is judged as the run’s thresholds ask; one that nobody came to is not', () => {
  const outcomes = (least: string) =>
    suitesOf(
      sampleSummary(
        { chat_response_success: rate(90, 10, { [`rate>=${least}`]: true }) },
        { courses: ['MED1060', 'LATER'] },
      ),
    ).courses?.map(({ outcome, message }) => [outcome, message]);
  const later = ['skipped', 'LATER: no session came to its questions'];
  assert.deepEqual(outcomes('0.93'), [['passed', undefined], later]);
  const failed = 'MED1060: 4 of 58 answers failed (success 93.10 %, expected 95.00 %)';
  assert.deepEqual(outcomes('0.95'), [['failure', failed], later]);
});

test('a case for each course, which fails where an answer failed or none came', () => {
  const { courses } = suitesOf(
    sampleSummary(
      {
        'chat_questions_sent{course:CUT}': counter(2),
        'chat_questions_sent{course:SILENT}': counter(3),
        'chat_response_success{course:SILENT}': rate(0, 3),
      },
      { courses: ['MED1060', 'BUMA1000', 'CUT', 'SILENT'] },
    ),
  );
  assert.deepEqual(courses, [
    {
      name: 'MED1060',
      time: '26.000',
      outcome: 'failure',
      message: 'MED1060: 4 of 58 answers failed (success 93.10 %)',
    },
    { name: 'BUMA1000', time: '24.000', ...passed },
    {
      name: 'CUT',
      time: '0.000',
      outcome: 'failure',
      message: 'CUT: no answer came (2 asked, 2 cut off)',
    },
    {
      name: 'SILENT',
      time: '0.000',
      outcome: 'failure',
      message: 'SILENT: 3 of 3 answers failed (success 0.00 %)',
    },
  ]);
});

test('the suites tell when the run was and how long it took, in seconds', () => {
  const root = parseXml(junit(sampleSummary()));
  assert.equal(root.attributes.time, '65.432');
  for (const suite of root.children) {
    const { attributes } = suite;
    assert.equal(attributes.time, '65.432');
    assert.equal(attributes.timestamp, '2026-01-05T15:30:00');
    assert.equal(testCases(suite)[0]?.attributes.classname, `nuc-k6.smoke.${attributes.name}`);
  }
});

test('a run without thresholds has a case that says so, and no failure: k6 ends with 0', () => {
  const { thresholds } = suitesOf({ ...sampleSummary(), verdicts: [], passed: false });
  assert.deepEqual(thresholds, [
    {
      name: 'the run has thresholds',
      time: '0.000',
      outcome: 'skipped',
      message: 'no thresholds: nothing was asked of this run',
    },
  ]);
});

test('a run without samples passes in no case', () => {
  const { thresholds, courses } = suitesOf(summarize(emptyData(), SAMPLE_CONTEXT));
  assert.deepEqual(
    [...(thresholds ?? []), ...(courses ?? [])].map(({ outcome }) => outcome),
    ['failure', 'failure', 'failure', 'failure', 'failure'],
  );
});

test('steps that were not reached are skipped in one case, and a run of sockets has no courses', () => {
  const whole = sampleSummary(
    {
      'chat_setup_success{step:50}': rate(0, 0, { 'rate>=0.8': true }),
      'chat_setup_success{step:90}': rate(0, 0, { 'rate>=0.8': true }),
    },
    { steps: ['10', '50', '90'], asks: { kind: 'climb', unit: 'sockets', rates: [] } },
  );
  const suites = suitesOf({ ...whole, run: { ...whole.run, durationMs: 1_000 } });
  assert.deepEqual(Object.keys(suites), ['thresholds']);
  assert.deepEqual(suites.thresholds?.at(-1), {
    name: 'steps that were not reached',
    time: '0.000',
    outcome: 'skipped',
    message: '2 thresholds of steps that were not reached: nothing was judged',
  });
  assert.equal(suites.thresholds?.filter(({ outcome }) => outcome === 'skipped').length, 1);
});

test('what is not to be trusted says so in every suite', () => {
  const untrusted = junit(sampleSummary({ dropped_iterations: counter(7) }));
  const root = parseXml(untrusted);
  const said = root.children.map(({ children }) => children.at(-1)?.text);
  assert.equal(said.length, 3);
  // A run without a verdict is not green.
  assert.deepEqual(
    suitesOf(sampleSummary({ dropped_iterations: counter(7) })).generator?.length,
    1,
  );
  assert.match(
    untrusted,
    /<failure message="No verdict, the figures are not to be trusted: 7 sessions were never/,
  );
  for (const text of said) assert.match(text ?? '', /^Not to be trusted: 7 sessions were never/);
  const trusted = parseXml(junit(sampleSummary()));
  assert.deepEqual(
    [...new Set(trusted.children.flatMap(({ children }) => children.map(({ name }) => name)))],
    ['properties', 'testcase'],
  );
});

test('any text comes back as it was, but for what XML cannot hold', () => {
  const nasty = `<a b="c" d='e'> & ]]> \t\n é 🙂 -->`;
  const { courses } = suitesOf(sampleSummary({}, { courses: [nasty] }));
  assert.equal(courses?.[0]?.name, nasty);
  assert.ok(courses?.[0]?.message?.startsWith(nasty));
  const odd = suitesOf(sampleSummary({}, { courses: ['a\u0000b\u0008\uD800c\uFFFE'] }));
  assert.equal(odd.courses?.[0]?.name, 'a\uFFFDb\uFFFD\uFFFDc\uFFFD');
});

test('the reader that these tests use rejects what is not well-formed', () => {
  const read = (body: string) => parseXml(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`);
  assert.equal(read('<a b="&lt;&#10;">x</a>').attributes.b, '<\n');
  for (const body of [
    '<a>',
    '<a></b>',
    '<a/><a/>',
    '<a b="1" b="2"/>',
    '<a b=1/>',
    '<a b="<"/>',
    '<a>&</a>',
    '<a>&nbsp;</a>',
    '<a>]]></a>',
    '<a>\u0000</a>',
    '<a/>x',
    '</a>',
    '',
  ]) {
    assert.throws(() => read(body), { code: 'ERR_ASSERTION' }, body);
  }
  assert.throws(() => parseXml('<a/>'), /no XML declaration/);
});
