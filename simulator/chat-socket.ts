/** One open socket: checks the questions of its session and streams the answers. */
import { isDeepStrictEqual } from 'node:util';
import { type RawData, WebSocket } from 'ws';
import type { JsonObject } from '../lib/base/json-object.ts';
import type { Envelope } from '../lib/protocol/envelope.ts';
import { NORMAL_CLOSE } from '../lib/protocol/messages.ts';
import { type PlannedFrame, planAnswer } from './answer.ts';
import { AnswerStream } from './answer-stream.ts';
import { QUESTION_FIELDS, wrongFields } from './checks.ts';
import { faultCode } from './faults.ts';
import { parseObject, textOrEmpty } from './json.ts';
import type { SimulatorSettings } from './options.ts';
import type { RecordedAnswer } from './recorded-run.ts';
import type { Session, Sessions } from './sessions.ts';
import type { Counters } from './stats.ts';

/** What all sockets of a simulator share. */
export interface Service {
  readonly settings: SimulatorSettings;
  readonly counters: Counters;
  readonly sessions: Sessions;
  readonly envelope: Envelope;
  readonly recorded: readonly RecordedAnswer[];
}

/** A socket that can leave the client's close frame without a reply: `ws` replies by close(). */
export class ServerSocket extends WebSocket {
  ignoresClose = false;

  override close(code?: number, reason?: string | Buffer): void {
    if (!this.ignoresClose) super.close(code, reason);
  }
}

const SLOW_FACTOR = 3;
const GOING_AWAY = 1001;
const ABNORMAL_CLOSE = 1006;
const INTERNAL_ERROR = 1011;
/** Questions that wait while one is answered; more are not answered. */
const WAITING_LIMIT = 100;
/** A client that leaves more than this unread is cut off. */
const UNREAD_LIMIT_BYTES = 16 * 1024 * 1024;
// Base64 comes in fours: without five characters it cannot be right.
const DAMAGE_CHARACTERS = 5;

export class ChatSocket {
  private readonly waiting: JsonObject[] = [];
  private receiving = Promise.resolve();
  private stream: AnswerStream | undefined;
  private answering = false;
  private streaming = false;
  private endedHere = false;
  private answers = 0;
  private attributes: JsonObject = {};

  constructor(
    private readonly socket: ServerSocket,
    private readonly session: Session,
    private readonly service: Service,
  ) {
    const { counters } = service;
    socket.ignoresClose = session.faults.has('never-close');
    socket.on('message', (data, isBinary) => {
      // One after the other: opening is asynchronous, and must not change the order.
      this.receiving = this.receiving
        .then(() => this.receive(data, isBinary))
        .catch((error) => this.failed(error));
    });
    socket.on('error', () => {
      this.endedHere = true;
      counters.violation('frame:invalid');
    });
    socket.on('close', (code) => {
      this.stream?.stop();
      this.endStreaming();
      counters.connectionClosed();
      if (!this.endedHere && code !== NORMAL_CLOSE) counters.violation(`close:${code}`);
    });
    counters.connectionOpened();
    counters.count('sessions');
  }

  /** Closes it because the simulator stops. */
  stop(): void {
    this.endedHere = true;
    if (this.socket.ignoresClose) this.socket.terminate();
    else this.socket.close(GOING_AWAY, 'the simulator stops');
  }

  private async receive(data: RawData, isBinary: boolean): Promise<void> {
    const question = await this.open(data, isBinary);
    if (!question) return;
    this.service.counters.count('questions');
    this.check(question);
    if (!this.answering) {
      this.answer(question);
      return;
    }
    this.service.counters.violation('question:early');
    if (this.waiting.length < WAITING_LIMIT) this.waiting.push(question);
    else this.service.counters.violation('question:too_many');
  }

  private async open(data: RawData, isBinary: boolean): Promise<JsonObject | undefined> {
    const { counters, envelope } = this.service;
    if (isBinary) {
      counters.violation('frame:binary');
      return undefined;
    }
    let text: string;
    try {
      text = await envelope.open(data.toString());
    } catch {
      counters.violation('frame:not_opened');
      return undefined;
    }
    const question = parseObject(text);
    if (typeof question === 'object') return question;
    counters.violation(`frame:${question}`);
    return undefined;
  }

  private check(question: JsonObject): void {
    const { counters, sessions } = this.service;
    const wrong = wrongFields(question, QUESTION_FIELDS);
    for (const field of wrong) counters.violation(`field:${field}`);
    const isRight = (field: string) => !wrong.includes(field);

    for (const [field, expected] of Object.entries(this.session.ids)) {
      if (isRight(field) && question[field] !== expected) counters.violation(`mismatch:${field}`);
    }
    for (const field of ['request_id', 'conversation_id']) {
      if (isRight(field) && sessions.isRepeated(field, textOrEmpty(question[field]))) {
        counters.violation(`repeated:${field}`);
      }
    }
    // In the middle of an answer, the latest may still be on its way to the client.
    if (!this.answering && isRight('session_attributes')) {
      if (!isDeepStrictEqual(question.session_attributes, this.attributes)) {
        counters.violation('session_attributes:not_latest');
      }
    }
  }

  private answer(question: JsonObject): void {
    const { counters, recorded, settings } = this.service;
    const { faults, number, random } = this.session;
    this.answering = true;
    if (faults.has('no-first-chunk')) return;
    this.answers += 1;
    const frames = planAnswer(random, {
      sessionNumber: number,
      number: this.answers,
      question: textOrEmpty(question.user_message),
      attributes: this.attributes,
      recorded,
      faults,
    });
    this.streaming = true;
    counters.answerStarted();
    const saturation = Math.max(1, counters.streaming / settings.capacity);
    const slowness = faults.has('slow') ? SLOW_FACTOR : 1;
    const closeCode = faultCode(faults, 'close');
    const cut = faults.has('stall') || closeCode !== undefined;
    this.stream = new AnswerStream(
      cut ? frames.slice(0, Math.floor(frames.length / 2)) : frames,
      (slowness * saturation) / settings.speed,
      (frame) => this.send(frame),
      () => this.afterFrames(closeCode),
    );
    void this.stream.play();
  }

  private async send(frame: PlannedFrame): Promise<void> {
    const { counters, envelope } = this.service;
    const sealed = await envelope.seal(frame.text);
    this.cutWhereUnread();
    // The client may have left in the middle of the answer.
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(frame.damaged ? sealed.slice(0, -DAMAGE_CHARACTERS) : sealed);
    counters.count(frame.valid ? 'frames' : 'broken_frames');
    // As JSON has it, and so as the client sends it back.
    if (frame.attributes) this.attributes = frame.attributes;
    if (frame.last) {
      counters.count('responses');
      this.answering = false;
    }
  }

  private afterFrames(closeCode: number | undefined): void {
    this.endStreaming();
    if (closeCode !== undefined) {
      this.endedHere = true;
      if (closeCode === ABNORMAL_CLOSE) this.socket.terminate();
      else this.socket.close(closeCode);
    }
    const next = this.answering ? undefined : this.waiting.shift();
    if (next) this.answer(next);
  }

  private cutWhereUnread(): void {
    if (this.socket.bufferedAmount <= UNREAD_LIMIT_BYTES || this.endedHere) return;
    this.endedHere = true;
    this.service.counters.violation('socket:unread');
    this.socket.terminate();
  }

  private failed(error: unknown): void {
    this.service.counters.failed(error);
    this.endedHere = true;
    this.socket.close(INTERNAL_ERROR);
  }

  private endStreaming(): void {
    if (this.streaming) this.service.counters.answerEnded();
    this.streaming = false;
  }
}
