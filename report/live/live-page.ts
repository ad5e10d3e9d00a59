/** The page of a run that is not over: on this machine only, with new figures each second. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Generator } from '../../lib/results/model.ts';
import { chartsOf } from '../charts/charts.ts';
import { contentsOf, pageDocument } from '../page/page.ts';
import { pageAssets } from '../page/page-assets.ts';
import { headingOf, type Page, partsOf, statusOf, titleOf } from '../page/page-parts.ts';
import { figuresOfSamples, trafficOf } from '../samples/figures.ts';
import { type RunFacts, stepsOfRun } from '../samples/recording.ts';
import type { Samples } from '../samples/samples.ts';
import { timelineOf } from '../samples/timeline.ts';

export interface LiveRun extends RunFacts {
  /** What the run has taken of its machine so far; null where that is not known. */
  readonly reading?: () => Generator | null;
  /** Filled by the caller while the page is open. */
  readonly samples: Samples;
  /** 0 picks a free one, which is the default. */
  readonly port?: number;
}

export interface LivePage {
  /** `http://127.0.0.1:PORT/` */
  readonly url: string;
  /**
   * Ends the page: browsers that have it open go on to the report, then the port is closed. Safe to
   * call again.
   * @param report the path of report.html, where there is one.
   */
  close(report?: string): Promise<void>;
}

const HOST = '127.0.0.1';
const PERIOD_MS = 1000;
/** All samples are gone through each time: a large run has its figures less often, not at k6's cost. */
const LARGEST_SHARE = 0.05;
/** Between updates too, the page is to know that the run is there: no-news.ts in the browser waits for it. */
const ALIVE_MS = 4000;
/** How long the server waits for browsers to fetch the report, and then for them to disconnect. */
const CLOSE_TIMEOUT_MS = 2000;

/** @throws Node's error where the port cannot be had. */
export async function startLivePage(run: LiveRun): Promise<LivePage> {
  const page = new LiveServer(run);
  await page.listen(run.port ?? 0);
  let closing: Promise<void> | undefined;
  return {
    url: page.url,
    close(report) {
      closing ??= page.close(report);
      return closing;
    },
  };
}

class LiveServer {
  private readonly server = createServer((request, response) => {
    this.answer(request, response).catch(() => response.destroy());
  });
  private readonly followers = new Set<ServerResponse>();
  private timer: NodeJS.Timeout | undefined;
  private pulse: NodeJS.Timeout | undefined;
  private report: string | undefined;
  private reportsDue = 0;
  private allServed: () => void = () => {};

  constructor(private readonly run: LiveRun) {}

  get url(): string {
    return `http://${HOST}:${(this.server.address() as AddressInfo).port}/`;
  }

  async listen(port: number): Promise<void> {
    await pageAssets();
    this.server.listen({ port, host: HOST });
    await once(this.server, 'listening');
    this.pulse = setInterval(() => this.tellAll(event('alive', null)), ALIVE_MS);
    this.pulse.unref();
  }

  async close(report?: string): Promise<void> {
    clearTimeout(this.timer);
    clearInterval(this.pulse);
    if (report !== undefined) this.report = await readFile(report, 'utf8').catch(() => undefined);
    const served = new Promise<void>((resolve) => {
      this.allServed = resolve;
    });
    this.reportsDue = this.report === undefined ? 0 : this.followers.size;
    const next = this.report === undefined ? null : 'report.html#run-ended';
    for (const follower of this.followers) follower.end(event('end', { report: next }));
    if (this.reportsDue > 0) {
      const limit = setTimeout(this.allServed, CLOSE_TIMEOUT_MS);
      await served;
      clearTimeout(limit);
    }
    const closed = once(this.server, 'close');
    // What is on its way is let through; a browser that keeps its connection is not waited for.
    this.server.close();
    const limit = setTimeout(() => this.server.closeAllConnections(), CLOSE_TIMEOUT_MS);
    await closed;
    clearTimeout(limit);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of somewhere else whose name leads to this machine must not read along.
    if (request.headers.host !== new URL(this.url).host) {
      response.writeHead(403).end('expected the address that the run printed\n');
    } else if (request.url === '/') {
      sendHtml(response, pageDocument(this.page(), await pageAssets()));
    } else if (request.url === '/events') {
      this.follow(response);
    } else if (request.url === '/report.html' && this.report !== undefined) {
      response.once('finish', () => this.reportServed());
      sendHtml(response, this.report);
    } else {
      response.writeHead(404).end('not found\n');
    }
  }

  private follow(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.followers.add(response);
    response.once('close', () => this.followers.delete(response));
    if (this.followers.size === 1) this.schedule(0);
  }

  private schedule(waitMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), waitMs);
  }

  private update(): void {
    if (this.followers.size === 0) return;
    const startedAt = performance.now();
    const page = this.page();
    const parts = partsOf(page);
    const all = Object.entries({ ...parts, contents: contentsOf(page, parts) });
    const update = event('update', {
      heading: headingOf(page),
      title: titleOf(page),
      status: statusOf(page),
      parts: Object.fromEntries(all.map(([name, { text }]) => [name, text])),
      charts: page.charts,
    });
    this.tellAll(update);
    const tookMs = performance.now() - startedAt;
    this.schedule(Math.max(PERIOD_MS, tookMs / LARGEST_SHARE));
  }

  private tellAll(text: string): void {
    for (const follower of this.followers) follower.write(text);
  }

  private page(): Page {
    const { samples, settings = {}, purpose = '', steps } = this.run;
    const state = { kind: 'live', figures: figuresOfSamples(samples, false, this.run) } as const;
    const timeline = timelineOf(samples, steps);
    const stepsOf = stepsOfRun(this.run, samples.run.profile);
    return {
      state,
      settings,
      stepsOf,
      charts: chartsOf(timeline, settings, stepsOf),
      errors: timeline.errors,
      failures: timeline.firstFailures ?? [],
      spread: timeline.spread,
      traffic: trafficOf(samples),
      generator: this.run.reading?.() ?? null,
      widthMs: timeline.widthMs,
      purpose,
      runId: samples.run.runId,
      environment: samples.run.environment,
    };
  }

  private reportServed(): void {
    this.reportsDue -= 1;
    if (this.reportsDue <= 0) this.allServed();
  }
}

function sendHtml(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(text);
}

/** A server-sent event: JSON has no line's end in it. */
function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
