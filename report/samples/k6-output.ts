/**
 * How the samples reach the report: k6 writes them to its standard output (`--out json=-`), and
 * whoever runs k6 takes them out of it again, line by line. Nothing large is ever written: k6 has a
 * line for every frame, some 190 lines and 45 kB an answer, of which the report needs eight.
 */
const SAMPLES_ON_STDOUT = ['--out', 'json=-'];
const SAMPLE_LINE = /^\{"(?:metric|type)":"/;

/**
 * The flags that make k6 write its samples to standard output.
 * @param given the outputs that the user's flags of `k6 run` name: they stay.
 * @param inherited outputs that K6_OUT or k6's config file names; k6 forgets them as soon as one
 *   `--out` is given.
 * @returns further flags, or null where the user has the samples on standard output already and
 *   wants to see them there.
 */
export function samplesToStdout(
  given: readonly string[],
  inherited: readonly string[],
): string[] | null {
  const kept = given.length > 0 ? [] : inherited;
  if ([...given, ...kept].some((out) => /^json(=-?)?$/.test(out))) return null;
  return [...SAMPLES_ON_STDOUT, ...kept.flatMap((out) => ['--out', out])];
}

/**
 * Takes the samples out of k6's standard output.
 * @param lines whole lines.
 * @param take gets each line that is k6's JSON output.
 * @returns the other lines: the summary.
 */
export function withoutSamples(lines: string, take: (line: string) => void): string {
  if (!lines.includes('{"')) return lines;
  const rest: string[] = [];
  for (const line of lines.split('\n')) {
    if (SAMPLE_LINE.test(line)) take(line);
    else rest.push(line);
  }
  return rest.join('\n');
}
