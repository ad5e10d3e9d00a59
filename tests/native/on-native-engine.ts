/** Tests of tests/k6 once more, on the other engine: one test body for both. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canBuild, goVersion, MINIMUM_GO } from '../../runner/k6-binary/build.ts';

/** @returns what the machine lacks to build the native engine; '' where it has all. */
export async function lackOfGo(): Promise<string> {
  const go = await goVersion(process.env);
  if (go !== undefined && canBuild(go)) return '';
  return `needs Go ${MINIMUM_GO} or later, found ${go ?? 'none'}`;
}

/**
 * Has this process run these files' tests on the native engine. Without Go they are skipped, in one
 * line; with CI=true that is a failure.
 * @param suites import files of tests/k6, one after the other.
 */
export async function onNativeEngine(
  what: string,
  suites: readonly (() => Promise<unknown>)[],
): Promise<void> {
  const lack = await lackOfGo();
  if (lack !== '') {
    test(`on the native engine: ${what}`, (t) => {
      assert.notEqual(process.env.CI, 'true', lack);
      t.skip(lack);
    });
    return;
  }
  process.env.CHAT_TEST_ENGINE = 'native';
  for (const load of suites) await load();
}
