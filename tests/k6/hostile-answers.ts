/** Whole answers of a server, odd ones among them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostileCase } from './hostile-case.ts';
import { goodAnswer } from './hostile-server.ts';
import { OPCODE } from './websocket-bytes.ts';

const answers: Omit<HostileCase, 'sent' | 'received'>[] = [
  {
    name: 'an answer without chunks',
    answer: ({ send }) => send({ complete_response: 'Sí.' }),
    errors: '',
    good: 2,
  },
  {
    name: 'an empty answer',
    answer: ({ send }) => send({ complete_response: '' }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an answer that is null',
    answer: ({ send }) => send({ complete_response: null }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an answer that is a list',
    answer: ({ send }) => send({ complete_response: ['Sí.'] }),
    errors: 'protocol/bad_field ×2 protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'chunks that do not join up',
    answer: async ({ send }) => {
      await send({ response_chunk: 'No' });
      await send({ complete_response: 'Sí.' });
    },
    errors: 'protocol/wrong_text ×2',
    good: 2,
  },
  {
    name: 'white space before the text',
    answer: async ({ send }) => {
      await send({ response_chunk: '\n\n' });
      await delay(50);
      await send({ response_chunk: 'Sí.' });
      await send({ complete_response: '\n\nSí.' });
    },
    errors: '',
    good: 2,
  },
  {
    name: 'an answer of white space',
    answer: ({ send }) => send({ complete_response: ' \n\u00a0\u200b' }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an answer of control characters and marks that nobody sees',
    answer: ({ send }) => send({ complete_response: '\u0007\u001b\u00ad\u202e\ufe0f\u2066' }),
    errors: 'protocol/empty_answer ×2',
    good: 0,
  },
  {
    name: 'an emoji cut in two',
    answer: async ({ send }) => {
      await send('{"response_chunk":"x\\ud83d"}');
      await send('{"response_chunk":"\\ude00y"}');
      await send({ complete_response: 'x😀y' });
    },
    errors: '',
    good: 2,
  },
  {
    name: '200,000 characters',
    answer: ({ send }) => send({ complete_response: 'ñ'.repeat(200_000) }),
    errors: '',
    good: 2,
  },
  {
    name: 'an answer in five hundred chunks',
    answer: async ({ send }) => {
      for (let count = 0; count < 500; count++) await send({ response_chunk: 'x' });
      await send({ complete_response: 'x'.repeat(500) });
    },
    errors: '',
    good: 2,
  },
  {
    name: 'a message in fragments',
    answer: async (talk) => {
      talk.frame({ opcode: OPCODE.text, fin: false, payload: '' });
      talk.frame({ opcode: OPCODE.ping });
      talk.frame({ opcode: OPCODE.continuation, payload: 'x' });
      await goodAnswer(talk);
    },
    errors: 'decrypt/envelope ×2',
    good: 2,
  },
  {
    name: 'one byte at a time',
    answer: async (talk) => {
      const write = talk.socket.write.bind(talk.socket);
      const sent: Buffer[] = [];
      talk.socket.write = ((bytes: Buffer) => sent.push(bytes) > 0) as typeof talk.socket.write;
      await goodAnswer(talk);
      talk.socket.write = write;
      talk.socket.setNoDelay(true);
      for (const byte of Buffer.concat(sent)) write(Buffer.from([byte]));
    },
    errors: '',
    good: 2,
  },
  {
    name: 'attributes that numbers cannot hold',
    answer: async ({ turn, question, send }) => {
      const attributes = '{"b":0.15317734307609499,"a":9007199254740993, "c":"\\ud83d","d":1e999}';
      const right = question.includes(`"session_attributes":${turn === 1 ? '{}' : attributes}`);
      await send(`{"session_attributes":${attributes}}`);
      await send({ complete_response: right ? 'Sí.' : '' });
    },
    errors: '',
    good: 2,
  },
];

export const ANSWER_CASES: readonly HostileCase[] = answers.map((each) => ({
  ...each,
  sent: 2,
  received: 2,
}));
