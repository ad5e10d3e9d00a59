/** A live page in a process of its own, which a test may kill or stop. Prints its address. */
import { startLivePage } from '../../report/live/live-page.ts';
import { MadeRun } from './made-samples.ts';

const run = new MadeRun(5_000).session(0, null).answer(100, 50, 700);
run.add('chat_errors', 950, 1, { phase: 'stream', reason: 'stall' });
const { url } = await startLivePage({ samples: run.samples() });
process.stdout.write(`${url}\n`);
