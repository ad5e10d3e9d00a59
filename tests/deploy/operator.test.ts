/** The manifests, through k6-operator's own code, as pods. The image's k6 is the native engine's. */
import { onNativeEngine } from '../native/on-native-engine.ts';

await onNativeEngine('k6-operator’s Jobs', [() => import('./operator-suite.ts')]);
