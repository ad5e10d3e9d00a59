import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { InstanceLogs } from '../../runner/run/instance-log.ts';
import { sumOf } from '../../runner/run/instances.ts';
import { readK6Flags } from '../../runner/run/k6-flags.ts';
import { freeAddresses, letGo } from '../../runner/run/let-go.ts';
import { refuseWhatCannotBeShared } from '../../runner/run/refusals.ts';
import { Written } from './scratch.ts';

const NO_CONFIG = { out: [], linger: false };

for (const [flags, env, why] of [
  [['--execution-segment', '0:1/2'], {}, /^--execution-segment: .*leave it out$/],
  [['-a', '127.0.0.1:1'], {}, /^--address: /],
  [['--paused'], {}, /^--paused: /],
  [['--console-output', 'x'], {}, /^--console-output: /],
  [['--summary-export=x'], {}, /^--summary-export: /],
  [['--out', 'json=x.json'], {}, /^--out json=x\.json: .*leave it out$/],
  [['-o', 'csv=x.csv'], {}, /^--out csv=x\.csv: /],
  [[], { K6_OUT: 'json' }, /^--out json: /],
  [[], { NUC_SUMMARY: 'k6' }, /^NUC_SUMMARY: /],
] as const) {
  test(`what instances cannot share is refused: ${flags.join(' ')}${Object.keys(env)}`, () => {
    const settings = { env, settings: env };
    assert.throws(
      () => refuseWhatCannotBeShared(readK6Flags(flags), settings, NO_CONFIG),
      ({ message, exitCode }) => why.test(message) && exitCode === 2,
    );
  });
}

test('outputs that take samples of several processes stay', () => {
  const flags = readK6Flags(['--out', 'influxdb=http://127.0.0.1:8086/k6', '--vus', '3']);
  refuseWhatCannotBeShared(flags, { env: {}, settings: {} }, NO_CONFIG);
});

test('the log’s head is shown once, sessions as they are, and what else is said with a name', () => {
  const terminal = new Written();
  const logs = new InstanceLogs(terminal);
  const [one, two] = [logs.of('instance-1'), logs.of('instance-2')];
  const head = '=====\nSTARTING\n=====\n';
  one.write(head);
  two.write(head);
  one.write('[12:00] [Session-1] Starting session\n');
  two.write('[12:00] [Session-2] Starting session\n=====\nCOMPLETED\n');
  assert.equal(
    terminal.text,
    `${head}[12:00] [Session-1] Starting session\n[12:00] [Session-2] Starting session\ninstance-2: COMPLETED\n`,
  );
});

test('nobody is let go before all are ready', async (t) => {
  const status = [2, 2];
  const calls: string[] = [];
  const servers = status.map((_, index) =>
    createServer((request, response) => {
      if (request.method === 'PATCH') calls.push(`${index}, others at ${status}`);
      response.end(JSON.stringify({ data: { attributes: { status: status[index] } } }));
    }).listen(0, '127.0.0.1'),
  );
  t.after(() => {
    for (const server of servers) server.close().closeAllConnections();
  });
  await Promise.all(servers.map((one) => one.listening || once(one, 'listening')));
  const addresses = servers.map((one) => `127.0.0.1:${(one.address() as AddressInfo).port}`);
  status[0] = 4;
  setTimeout(() => {
    status[1] = 4;
  }, 150);
  assert.equal(await letGo(addresses, () => false), true);
  assert.deepEqual(calls.sort(), ['0, others at 4,4', '1, others at 4,4']);
  // One that has ended is not waited for.
  const [gone = ''] = await freeAddresses(1);
  assert.equal(await letGo([gone], () => true), false);
});

test('what they took of the machine adds up; where one is not known, nothing is told', () => {
  const one = {
    ...{ cpuSeconds: 1, cores: 2, coresUsed: 0.5, peakMemoryBytes: 100 },
    ...{ waitingShare: 0.1, stolenShare: null },
  };
  assert.deepEqual(sumOf([one, { ...one, waitingShare: 0.2 }]), {
    ...{ cpuSeconds: 2, cores: 2, coresUsed: 1, peakMemoryBytes: 200 },
    ...{ waitingShare: 0.2, stolenShare: null },
  });
  assert.equal(sumOf([one, null]), null);
});
