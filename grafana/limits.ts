/**
 * The lines across the panels: change them here for your service. A run's own verdict comes from its
 * settings and profile, not from these.
 */
import { settingSpecs } from '../lib/settings/specs.ts';

/** Milliseconds. A target to begin with: the recorded run does not say when text came first. */
export const FIRST_CHUNK = 10_000;

/** Milliseconds. The slowest of the recorded run's answers took 58.1 s. */
export const RESPONSE = 60_000;

/** The share of answers that has to be good: the default of NUC_SLO_RATE. */
export const SLO_RATE = Number(settingSpecs().sloRate.fallback);

/** Milliseconds: a run is not trusted above it where NUC_MAX_CLIENT_LAG is not set. */
export const MAX_CLIENT_LAG = 100;
/** Milliseconds: a third of the 10 ms to which the latencies of a fast service have to be true. */
export const MAX_SEND_LAG = 10 / 3;
