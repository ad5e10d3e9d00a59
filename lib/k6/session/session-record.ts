/** What is counted and logged of one session: the end of the pipeline, metrics and log. */

import { ChatError, Interrupted, isChatError, messageOf } from '../../base/errors.ts';
import { textRate, turnTag } from '../../protocol/answer.ts';
import { isVisible } from '../../protocol/messages.ts';
import { leavesTrue } from '../../results/allowed-lag.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Answer } from '../chat/chat-session.ts';
import type { SetUpObserver } from '../chat/open-chat.ts';
import { reasons } from '../reasons.ts';
import type { SessionLog } from './log.ts';
import * as metrics from './metrics.ts';
import { Timer } from './timer.ts';

/**
 * So long after a limit an answer counts as overdue: a script that is itself late must not count one
 * that came in time.
 */
const OVERDUE_AFTER_MS = 1000;

export type Tags = Record<string, string>;

type Judgement = Pick<Settings, 'sloFirstChunk' | 'sloResponse' | 'strict'>;

/** The question that is waiting for its answer. */
interface OpenQuestion {
  readonly tags: Tags;
  hasText: boolean;
  /** Whether chat_slo_met has its sample already: a limit may pass long before the answer ends. */
  sloCounted: boolean;
  /** Until it is held against the answer's own latency; null before it is known, and after. */
  sendLagMs: number | null;
}

export class SessionRecord implements SetUpObserver {
  readonly wantsFrames: boolean;
  /** Questions. */
  private sent = 0;
  private received = 0;
  private isOpen = false;
  /** Whether its socket is being opened. */
  isConnecting = false;
  private isOver = false;
  private question: OpenQuestion | null = null;
  /** The latency against which lags are held; null before there is one. */
  private latencyMs: number | null = null;
  private readonly firstChunkTimer = new Timer();
  private readonly responseTimer = new Timer();
  /** A session's own samples belong to the step in which it started. */
  private readonly startTags: Tags;

  /**
   * @param tagsNow the tags of all samples of this moment, such as a ramp's step.
   * @param isOpening whether opening the socket is the point of the session: then its lags are held
   *   against that time, else against the first chunks of its answers.
   */
  constructor(
    private readonly log: SessionLog,
    private readonly judgement: Judgement,
    private readonly tagsNow: () => Tags,
    private readonly isOpening: boolean,
  ) {
    this.wantsFrames = log.chunks;
    this.startTags = tagsNow();
  }

  /** @param late whether an arrival rate wanted it earlier. */
  started(late: boolean): void {
    metrics.sessionsStarted.add(1, this.startTags);
    if (late) metrics.lateStarts.add(1, this.startTags);
    this.log.starting();
  }

  onToken(ms: number): void {
    metrics.tokenTime.add(ms, this.sessionTags());
  }

  onChat(ms: number): void {
    this.isConnecting = true;
    metrics.createTime.add(ms, this.sessionTags());
  }

  /** @param setupMs session start → socket open. */
  onSocket(setupMs: number): void {
    // The session was counted already: it ended before its socket was open.
    if (this.isOver) return;
    this.isOpen = true;
    this.isConnecting = false;
    if (this.isOpening) this.latencyMs = setupMs;
    metrics.setupTime.add(setupMs, this.sessionTags());
    metrics.setupSuccess.add(true, this.sessionTags());
  }

  /** Just before a question is sent. @param turn counted from 1 within the session. */
  asking(turn: number, total: number, course: string, text: string): void {
    const tags = { ...this.tagsNow(), course, turn: turnTag(turn) };
    this.question = { tags, hasText: false, sloCounted: false, sendLagMs: null };
    this.sent += 1;
    metrics.questionsSent.add(1, tags);
    this.log.question(turn, total, text);
    this.watchSlo(this.question);
  }

  onFrame(index: number, keys: readonly string[], latencyMs: number): void {
    this.log.chunk(index, keys, latencyMs);
  }

  onFrames(count: number): void {
    metrics.chunks.add(count, this.question?.tags ?? this.tagsNow());
  }

  onFirstText(latencyMs: number | null): void {
    const { question } = this;
    if (question === null) return;
    question.hasText = true;
    // At once: an answer that is never complete had its first chunk all the same.
    if (latencyMs === null) return;
    this.latencyMs = latencyMs;
    this.judgeSending(question);
    metrics.timeToFirstChunk.add(latencyMs, question.tags);
  }

  onSent(lagMs: number): void {
    const { question } = this;
    metrics.sendLag.add(lagMs, question?.tags ?? this.tagsNow());
    if (question === null) return;
    question.sendLagMs = lagMs;
    if (question.hasText) this.judgeSending(question);
  }

  onLag(lagMs: number): void {
    metrics.clientLag.add(lagMs, this.question?.tags ?? this.tagsNow());
  }

  onTimer(lagMs: number): void {
    const tags = this.tagsNow();
    metrics.timerLag.add(lagMs, tags);
    this.judgeLag(lagMs, { ...tags, lag: 'timer' });
  }

  onUnusable(error: ChatError, count = 1, tags?: Tags): void {
    this.countError(error, tags, count);
    const times = count > 1 ? ` (${count} times)` : '';
    this.log.warning(`${error.phase}: ${error.message}${times}`);
  }

  onStray(error: ChatError, count = 1): void {
    const tags = this.tagsNow();
    metrics.chunks.add(count, tags);
    this.onUnusable(error, count, tags);
  }

  answered(answer: Answer): void {
    const question = this.endQuestion();
    if (question === null) return;
    const { tags } = question;
    this.received += 1;
    metrics.responsesReceived.add(1, tags);
    metrics.chunksPerResponse.add(answer.frames, tags);
    metrics.responseChars.add(answer.chars, tags);
    const good = this.textIsGood(answer, tags);
    metrics.responseSuccess.add(good, tags);
    this.log.complete(answer.frames, answer.responseMs);
    if (answer.clockStepped) {
      const meaning = reasons().meaningOf('stream', 'clock_step');
      this.onUnusable(new ChatError('stream', 'clock_step', meaning), 1, tags);
      // Whether it came in time is not known.
      if (!good) this.countSlo(question, false);
    } else {
      this.countTimes(answer, question);
      this.countSlo(question, good && this.inTime(answer));
    }
  }

  /** Whether no question was sent. */
  get isUnused(): boolean {
    return this.sent === 0;
  }

  completed(): void {
    metrics.sessionsCompleted.add(1, this.sessionTags());
    metrics.sessionSuccess.add(true, this.sessionTags());
    this.log.done('complete', this.sent, this.received);
  }

  /** The session ended early: failed with its reason, or was cut off by the end of the run. */
  endedEarly(error: unknown): void {
    const question = this.endQuestion();
    this.isOver = true;
    if (error instanceof Interrupted) {
      if (question !== null) metrics.interrupted.add(1, question.tags);
      this.log.done('interrupted', this.sent, this.received);
      return;
    }
    if (question !== null) {
      metrics.responseSuccess.add(false, question.tags);
      this.countSlo(question, false);
    }
    if (!this.isOpen) metrics.setupSuccess.add(false, this.sessionTags());
    metrics.sessionSuccess.add(false, this.sessionTags());
    this.countError(error, question?.tags ?? this.sessionTags());
    const where = isChatError(error) ? `${error.phase}/${error.reason}: ` : '';
    this.log.failure(`${where}${messageOf(error)}`);
    this.log.done('failed', this.sent, this.received);
  }

  /** Whatever its step: what comes after the warm-up is no sample of the warm-up. */
  private sessionTags(): Tags {
    const { warmup } = this.tagsNow();
    return warmup === undefined ? this.startTags : { ...this.startTags, warmup };
  }

  private endQuestion(): OpenQuestion | null {
    const { question } = this;
    this.question = null;
    this.firstChunkTimer.stop();
    this.responseTimer.stop();
    return question;
  }

  private countTimes(answer: Answer, question: OpenQuestion): void {
    const { tags } = question;
    metrics.responseTime.add(answer.responseMs, tags);
    if (answer.gapMeanMs !== null) metrics.chunkGapMean.add(answer.gapMeanMs, tags);
    if (answer.gapMaxMs !== null) metrics.chunkGapMax.add(answer.gapMaxMs, tags);
    const rate = textRate(answer);
    if (rate !== null) metrics.textRate.add(rate, tags);
    metrics.clientLag.add(answer.lagMs, tags);
    if (answer.firstChunkMs === null) this.latencyMs = answer.responseMs;
    this.judgeSending(question);
  }

  private judgeSending(question: OpenQuestion): void {
    if (question.sendLagMs === null) return;
    this.judgeLag(question.sendLagMs, { ...question.tags, lag: 'send' });
    question.sendLagMs = null;
  }

  private judgeLag(lagMs: number, tags: Tags): void {
    if (this.latencyMs === null) return;
    metrics.generatorInTime.add(leavesTrue(lagMs, this.latencyMs), tags);
  }

  private textIsGood(answer: Answer, tags: Tags): boolean {
    if (!isVisible(answer.text)) {
      this.countError(new ChatError('protocol', 'empty_answer', ''), tags);
      this.log.warning('protocol: complete_response has no text');
      return false;
    }
    if (!answer.joinsUp) {
      this.countError(new ChatError('protocol', 'wrong_text', ''), tags);
      this.log.warning('protocol: the chunks do not join up to the complete_response');
      return !this.judgement.strict;
    }
    return true;
  }

  private inTime(answer: Answer): boolean {
    const { sloFirstChunk, sloResponse } = this.judgement;
    return (
      (sloFirstChunk === null ||
        (answer.firstChunkMs !== null && answer.firstChunkMs <= sloFirstChunk)) &&
      (sloResponse === null || answer.responseMs <= sloResponse)
    );
  }

  // An answer that is overdue counts before it ends: under overload it may never end, and a rate
  // over the answers that did end would look fine.
  private watchSlo(question: OpenQuestion): void {
    const { sloFirstChunk, sloResponse } = this.judgement;
    const overdue = () => this.countSlo(question, false);
    if (sloFirstChunk !== null) {
      this.firstChunkTimer.start(sloFirstChunk + OVERDUE_AFTER_MS, () => {
        if (!question.hasText) overdue();
      });
    }
    if (sloResponse !== null) this.responseTimer.start(sloResponse + OVERDUE_AFTER_MS, overdue);
  }

  private countSlo(question: OpenQuestion, met: boolean): void {
    if (question.sloCounted) return;
    question.sloCounted = true;
    metrics.sloMet.add(met, question.tags);
  }

  private countError(
    error: unknown,
    tags: Tags = this.question?.tags ?? this.tagsNow(),
    count = 1,
  ): void {
    const { phase, reason } = isChatError(error) ? error : { phase: 'protocol', reason: 'script' };
    metrics.addError(this.log.session, { ...tags, phase, reason }, count);
  }
}
