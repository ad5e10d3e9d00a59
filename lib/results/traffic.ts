/** The bytes of a run's connections, both ways. */
import { showBytes } from '../base/format.ts';
import type { Summary } from './model.ts';

export interface Traffic {
  readonly sent: number;
  readonly received: number;
}

/** As k6 summed it up; null where it counted none. */
export function trafficIn({ data_sent, data_received }: Summary['metrics']): Traffic | null {
  const [sent, received] = [data_sent?.values.count, data_received?.values.count];
  return sent === undefined || received === undefined ? null : { sent, received };
}

/** `8.3 MB received`, `1.2 MB sent`; none where it was not counted. */
export function trafficTexts(metrics: Summary['metrics']): string[] {
  const traffic = trafficIn(metrics);
  if (traffic === null) return [];
  return [`${showBytes(traffic.received)} received`, `${showBytes(traffic.sent)} sent`];
}
