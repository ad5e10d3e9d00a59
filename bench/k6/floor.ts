/**
 * The floor: what k6 itself costs. It makes the calls of a session, opens its socket, asks and receives
 * frames, and opens none; it knows the number of an answer's frames beforehand.
 */
import http from 'k6/http';
import { WebSocket } from 'k6/websockets';

const url = __ENV.BENCH_URL ?? '';
const questions = Number(__ENV.BENCH_QUESTIONS);
const frames = (__ENV.BENCH_FRAMES ?? '').split(',').map(Number);
const params = { tags: { name: 'chat' } };
/** As long as a question of the others, sealed. */
const QUESTION = 'x'.repeat(1500);

export const options = {
  scenarios: {
    load: {
      executor: 'constant-vus',
      vus: Number(__ENV.BENCH_SESSIONS),
      duration: '1h',
      gracefulStop: '0s',
    },
  },
};

export default function floor(): void {
  const token = http.post(`${url}/nuc/v1/generate-token`, '{}', params).json('token');
  http.post(`${url}/nuc/v1/create-chat`, '{}', params);
  const address = `${url.replace('http', 'ws')}/v6/chatbot_websocket/default?token=${token}`;
  const socket = new WebSocket(address, null, params);
  let turn = 0;
  let left = 0;
  const ask = () => {
    left = frames[(Number(token) + turn) % frames.length] ?? 0;
    turn += 1;
    socket.send(QUESTION);
  };
  socket.onopen = () => {
    socket.onmessage = () => {
      left -= 1;
      if (left > 0) return;
      if (turn < questions) ask();
      else socket.close();
    };
    if (questions > 0) ask();
  };
}
