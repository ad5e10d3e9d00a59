import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { startLivePage } from '../../report/live/live-page.ts';
import { Samples } from '../../report/samples/samples.ts';
import { SAMPLE_GENERATOR } from '../results/sample-run.ts';
import { temporaryFolder } from './chat-run.ts';
import { MadeRun } from './made-samples.ts';

/** For all that is asked of a page: a stream of events has no end of its own. */
const PATIENCE_MS = 10_000;

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

async function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = get(url, { headers, signal, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let body = '';
  for await (const text of response.setEncoding('utf8')) body += text;
  return { status: response.statusCode, body };
}

/** Reads events as they come. */
async function* eventsOf(url: string): AsyncGenerator<{ name: string; data: never }> {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const request = get(`${url}events`, { signal, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const piece of response.setEncoding('utf8')) {
    text += piece;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const [name = '', data = ''] = text.slice(0, end).split('\n');
      text = text.slice(end + 2);
      if (name === 'event: alive') continue;
      yield {
        name: name.replace('event: ', ''),
        data: JSON.parse(data.replace('data: ', '')) as never,
      };
    }
  }
}

test('the page is served on this machine alone, under the address that was given', async (t) => {
  const { url, close } = await startLivePage({ samples: new Samples(), settings: {} });
  t.after(() => close());
  assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
  const page = await ask(url);
  assert.equal(page.status, 200);
  assert.match(page.body, /^<!doctype html>/);
  assert.equal((await ask(`${url}report.html`)).status, 404);
  assert.equal((await ask(`${url}../package.json`)).status, 404);
  // Another site's name that leads here, as in a DNS rebinding.
  assert.equal((await ask(url, { host: 'elsewhere.test' })).status, 403);
  assert.equal((await ask(`${url}events`, { host: 'elsewhere.test' })).status, 403);
  await close();
  await assert.rejects(ask(url), { code: 'ECONNREFUSED' });
});

test('a run of sockets has its charts before its first sample', async (t) => {
  const facts = { stepsOf: 'sockets', purpose: 'how many?' } as const;
  const live = await startLivePage({ ...facts, samples: new Samples() });
  t.after(() => live.close());
  const { body } = await ask(live.url);
  const charts = [...body.matchAll(/data-chart="(.*?)"/g)].map(([, id]) => id);
  assert.deepEqual(charts, ['socket-open', 'sockets', 'errors']);
  assert.match(body, /<p class="purpose">how many\?</);
});

test('what comes in goes out with the next update', async (t) => {
  const samples = new Samples();
  const live = await startLivePage({
    samples,
    settings: { NUC_SLO_RESPONSE: '2s', NUC_WARMUP: '30s' },
    reading: () => (samples.firstAt === 0 ? null : SAMPLE_GENERATOR),
  });
  t.after(() => live.close());
  const events = eventsOf(live.url);
  const totals = async () => {
    const { value } = await events.next();
    assert.ok(value?.name === 'update', 'an update');
    const { parts, charts, heading, title, status } = value.data as unknown as {
      parts: Record<string, string>;
      charts: { id: string; limits: { value: number }[] }[];
      heading: string;
      title: string;
      status: string;
    };
    const cards = [...(parts.totals ?? '').matchAll(/<dt>(.*?)<\/dt>\s*<dd class="value">(.*?)</g)];
    return {
      heading,
      title,
      status,
      charts,
      text: parts.totals ?? '',
      contents: parts.contents ?? '',
      cards: Object.fromEntries(cards.map(([, name, value]) => [name, value])),
    };
  };
  const before = await totals();
  assert.equal(before.cards.Answers, '0');
  assert.doesNotMatch(before.contents, /#failures/);
  assert.doesNotMatch(before.text, /Load generator/);
  assert.ok(before.text.includes('Warm-up: 30s: in these figures, not in the thresholds.'));
  const run = new MadeRun(5_000).session(0, null).answer(100, 50, 700).answer(900, 60, 900);
  run.add('chat_errors', 950, 1, { phase: 'stream', reason: 'stall' });
  for (const line of run.lines) samples.take(line);
  const { heading, title, status, cards, charts, text, contents } = await totals();
  // A section that came while the run went on.
  assert.match(contents, /<a href="#failures">First failures<\/a>/);
  assert.equal(title, 'Live · made · made-run · chat load test');
  assert.equal(status, 'Running, with errors: stream/stall');
  assert.equal(heading, 'made');
  assert.equal(cards.Answers, '2');
  assert.equal(cards.Sessions, '1');
  assert.equal(cards['Response p95'], '890.0 ms');
  assert.match(text, / Load generator: k6 used 0\.41 of 2 cores, 212 MB at most, /);
  assert.deepEqual(charts.find(({ id }) => id === 'response')?.limits, [
    { label: 'SLO 2s', value: 2000 },
  ]);
  const closed = live.close();
  const { value: end } = await events.next();
  assert.deepEqual(end, { name: 'end', data: { report: null } });
  assert.equal((await events.next()).done, true);
  await closed;
});

test('at the end the report is served to whoever had the page open, then the port is closed', async (t) => {
  const scratch = await temporaryFolder();
  t.after(() => scratch.remove());
  const report = join(scratch.path, 'report.html');
  await writeFile(report, 'the report');
  const live = await startLivePage({ samples: new Samples(), settings: {} });
  t.after(() => live.close());
  const events = eventsOf(live.url);
  await events.next();
  const closed = live.close(report);
  const { value } = await events.next();
  assert.deepEqual(value, { name: 'end', data: { report: 'report.html#run-ended' } });
  assert.deepEqual(await ask(`${live.url}report.html`), { status: 200, body: 'the report' });
  await events.return(undefined);
  await closed;
  await assert.rejects(ask(live.url), { code: 'ECONNREFUSED' });
});
