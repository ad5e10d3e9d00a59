/** Load profiles, and a clock that is set while they run: on k6/x/nuc too. */
import { onNativeEngine } from './on-native-engine.ts';

await onNativeEngine('profiles', [
  () => import('../k6/clock-step.test.ts'),
  () => import('../k6/instances-profiles.test.ts'),
  () => import('../k6/profiles-once.test.ts'),
  () => import('../k6/profiles-levels.test.ts'),
  () => import('../k6/profiles-arrivals.test.ts'),
  () => import('../k6/profiles-breakpoint.test.ts'),
  () => import('../k6/profiles-connections.test.ts'),
]);
