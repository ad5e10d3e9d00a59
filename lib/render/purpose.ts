/** What a run is for, as a person reads it. */

/**
 * `20 sessions at once` of `NUM_SESSIONS sessions at once`: a profile's purpose names settings; of a run
 * their values are known.
 */
export function purposeText(purpose: string, settings: Readonly<Record<string, string>>): string {
  return purpose.replace(/\b[A-Z]+(_[A-Z]+)+\b/g, (name) => settings[name] || name);
}
