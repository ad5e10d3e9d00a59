/** What a live page says once it hears nothing of its run: that it runs is no longer known. */
import { localTime, offsetOf } from '../../lib/base/moment.ts';

/** Longer than a large run takes from one sign of life to the next. */
export const SILENT_MS = 15_000;

export const LOST =
  'The connection to the runner broke: it was ended or killed, and k6 with it, or this page is a copy ' +
  'in a file. The figures here are the last that came; what was kept is in the results folder.';
export const SILENT =
  'The runner is stopped, or this machine has no time for it. The figures here are the last that came; ' +
  'the page goes on when the runner does.';

/** In the banner, the title, and for those who do not see them. @param since when it heard something. */
export function sayNoNews(since: Date, why: string): void {
  sayInBanner(`No news since ${localTime(since)} ${offsetOf(since)}`, why);
  document.title = document.title.replace(/^Live\b/, 'No news');
}

/** In place of “Running”. The reasons of errors, which are known, stay. */
export function sayInBanner(word: string, why: string): void {
  const banner = document.querySelector('[data-part="verdict"] .banner');
  if (banner === null) return;
  banner.className = 'banner doubt';
  setText(banner, '.sign', '?');
  setText(banner, '.word', word);
  setText(banner, '.word + p', why);
  setText(document, '#status', `${word}. ${why}`);
}

/** A text that is the same is left alone: what reads the page aloud would say it again. */
export function setText(within: ParentNode, selector: string, text: string): void {
  const element = within.querySelector(selector);
  if (element !== null && element.textContent !== text) element.textContent = text;
}
