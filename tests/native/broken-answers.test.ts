/** What can be wrong with an answer, a frame or a socket: on k6/x/nuc too. */
import { onNativeEngine } from './on-native-engine.ts';

await onNativeEngine('broken answers', [
  () => import('../k6/faults.test.ts'),
  () => import('../k6/broken-answers.test.ts'),
  () => import('../k6/stray-frames.test.ts'),
  () => import('../k6/hostile.test.ts'),
]);
