/** What a session does, its set-up, its end, its log and its figures: on k6/x/nuc too. */
import { onNativeEngine } from './on-native-engine.ts';

await onNativeEngine('sessions', [
  () => import('../k6/chat.test.ts'),
  () => import('../k6/single.test.ts'),
  () => import('../k6/broken-set-up.test.ts'),
  () => import('../k6/as-a-browser.test.ts'),
  () => import('../k6/end-of-time.test.ts'),
  () => import('../k6/ends-in-time.test.ts'),
  () => import('../k6/envelope.test.ts'),
  () => import('../k6/late-generator.test.ts'),
  () => import('../k6/latency.test.ts'),
  () => import('../k6/log-and-summary.test.ts'),
  () => import('../k6/requests.test.ts'),
  () => import('../k6/safe-output.test.ts'),
  () => import('../k6/text-that-came.test.ts'),
  () => import('../k6/told-frames.test.ts'),
  () => import('../k6/own-limits.test.ts'),
  () => import('../k6/profiles-slo.test.ts'),
  () => import('../k6/profiles-users.test.ts'),
  () => import('../k6/first-run.test.ts'),
]);
