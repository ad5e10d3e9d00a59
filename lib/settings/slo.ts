/** The limits that an answer has to keep to be in time. Where there are none, every good answer is. */
import type { Settings } from './settings.ts';

/** As a run's files have its settings: as a user wrote them. */
type WrittenSettings = Readonly<Record<string, string>>;

/** Whether there are limits, by the settings that a run has read. */
export function limitsTime({
  sloFirstChunk,
  sloResponse,
}: Pick<Settings, 'sloFirstChunk' | 'sloResponse'>): boolean {
  return sloFirstChunk !== null || sloResponse !== null;
}

/** Whether there are limits, by the settings in a run's files. */
export function hasSlo(settings: WrittenSettings): boolean {
  return sloText(settings) !== '';
}

/** `first chunk within 2s, response within 30s`; '' where there is no limit. */
export function sloText(settings: WrittenSettings): string {
  return [
    ['first chunk', settings.NUC_SLO_FIRST_CHUNK],
    ['response', settings.NUC_SLO_RESPONSE],
  ]
    .filter(([, limit]) => limit)
    .map(([name, limit]) => `${name} within ${limit}`)
    .join(', ');
}
