/** What a server can do to a session, and what the run then says: the table of hostile.test.ts. */
import { setTimeout as delay } from 'node:timers/promises';
import { ANSWER_CASES } from './hostile-answers.ts';
import { type HostileCase, NO_ANSWER, NOTHING_ASKED } from './hostile-case.ts';
import { FRAME_CASES } from './hostile-frames.ts';
import type { Reply } from './hostile-server.ts';
import { SET_UP_CASES } from './hostile-set-up.ts';

const hang: Reply = () => {};

/** What ends at a limit alone: see HOSTILE_GROUPS. */
const endless: HostileCase[] = [
  {
    name: 'an upgrade that hangs',
    upgrade: hang,
    errors: 'connect/handshake_timeout',
    ...NOTHING_ASKED,
  },
  {
    name: 'a token call that hangs',
    token: hang,
    errors: 'stream/session_timeout',
    ...NOTHING_ASKED,
  },
  {
    name: 'a create call that hangs',
    create: hang,
    errors: 'stream/session_timeout',
    ...NOTHING_ASKED,
  },
  {
    name: 'no answer',
    answer: async () => {},
    errors: 'stream/first_chunk_timeout',
    ...NO_ANSWER,
  },
  {
    name: 'an answer that stops',
    answer: ({ send }) => send({ response_chunk: 'Sí' }),
    errors: 'stream/stall',
    ...NO_ANSWER,
  },
  {
    name: 'an answer that never ends',
    answer: async ({ send }) => {
      for (let count = 0; count < 50; count++) {
        await send({ response_chunk: 'x' });
        await delay(300);
      }
    },
    errors: 'stream/response_timeout',
    ...NO_ANSWER,
  },
];

/** Cases that run together, each a scenario of one run of k6 with these settings. */
export interface HostileGroup {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly cases: readonly HostileCase[];
}

// Generous, because five healthy sessions beside each case have to keep them on a busy machine too.
export const HOSTILE_GROUPS: readonly HostileGroup[] = [
  {
    name: 'what ends by itself',
    settings: { NUC_SESSION_TIMEOUT: '1m' },
    cases: [...SET_UP_CASES, ...FRAME_CASES, ...ANSWER_CASES],
  },
  {
    name: 'what ends at a limit',
    settings: {
      NUC_FIRST_CHUNK_TIMEOUT: '8s',
      NUC_STALL_TIMEOUT: '9s',
      NUC_RESPONSE_TIMEOUT: '12s',
      NUC_SESSION_TIMEOUT: '20s',
    },
    cases: endless,
  },
];
