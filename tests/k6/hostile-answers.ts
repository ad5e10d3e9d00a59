/** Whole answers of a server, odd ones among them. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostileCase } from './hostile-case.ts';
import { goodAnswer, type Talk } from './hostile-server.ts';
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

/** Attributes that the second question has to bring back as they came. */
function echoed(frame: string, attributes: string) {
  return async ({ turn, question, send }: Talk) => {
    const right = turn === 1 || question.includes(`"session_attributes":${attributes}`);
    await send(frame);
    await send({ complete_response: right ? 'Sí.' : '' });
  };
}

const BAD = '"session_attributes":{"bad":1}';
const LONG = `{"a":"${'x'.repeat(150_000)}"}`;

answers.push(
  ...(
    [
      ['attributes whose key has an escape', '{"session\\u005fattributes":{"x":1}}', '{"x":1}'],
      [
        'attributes beside others within another object',
        `{"other":{${BAD}},"session_attributes":{"x":1},"more":[{${BAD}}]}`,
        '{"x":1}',
      ],
      ['attributes that come twice', `{${BAD},"session_attributes":{"x":1}}`, '{"x":1}'],
      [
        'attributes with a key twice',
        '{"session_attributes":{"a":-0,"a":1E+2}}',
        '{"a":-0,"a":1E+2}',
      ],
      ['attributes of 150,000 characters', `{"session_attributes":${LONG}}`, LONG],
    ] as const
  ).map(([name, frame, attributes]) => ({
    name,
    answer: echoed(frame, attributes),
    errors: '',
    good: 2,
  })),
  {
    name: 'an end whose key has an escape',
    answer: ({ send }) => send('{"complete\\u005fresponse":"Sí."}'),
    errors: '',
    good: 2,
  },
  {
    name: 'two ends in one segment',
    answer: async ({ socket, send, turn }) => {
      socket.cork();
      await send({ complete_response: `Sí, ${turn}.` });
      await send({ complete_response: `No, ${turn}.` });
      socket.uncork();
    },
    errors: 'protocol/stray_frame ×2',
    good: 2,
  },
  {
    name: 'the same answer twice, as from a cache',
    answer: ({ send }) => send({ complete_response: 'Sí, señora.' }),
    errors: '',
    good: 2,
  },
  {
    name: 'signs of several parts cut everywhere',
    answer: async ({ send }) => {
      const text = '👨‍👩‍👧🇩🇪';
      for (const unit of text.split('')) {
        const code = unit.charCodeAt(0).toString(16).padStart(4, '0');
        await send(`{"response_chunk":"\\u${code}"}`);
      }
      await send({ complete_response: text });
    },
    errors: '',
    good: 2,
  },
  {
    name: 'five thousand pings within an answer',
    answer: async (talk) => {
      for (let count = 0; count < 5000; count++) talk.frame({ opcode: OPCODE.ping, payload: 'x' });
      await goodAnswer(talk);
    },
    errors: '',
    good: 2,
  },
  {
    name: 'a frame of 12 MB within an answer',
    answer: async (talk) => {
      talk.frame({ opcode: OPCODE.text, payload: 'x'.repeat(12_000_000) });
      await goodAnswer(talk);
    },
    errors: 'protocol/too_big ×2',
    good: 2,
  },
);

export const ANSWER_CASES: readonly HostileCase[] = answers.map((each) => ({
  ...each,
  sent: 2,
  received: 2,
}));
