/** How a simulator is set up. */
import { type EnvelopeFormat, NUC_FORMAT } from '../lib/protocol/envelope.ts';
import { type FaultPlan, OptionError, parseFaults } from './faults.ts';

export interface SimulatorOptions {
  /** 0 picks a free one. Default 8787. */
  port?: number;
  /** The address to listen on. Default 127.0.0.1: nobody else can reach it. */
  host?: string;
  /** Divides every time of the recorded run. Default 1, the recorded pace. */
  speed?: number;
  /** The same seed and the same order of sessions give the same answers. Default 1. */
  seed?: number;
  /** `NAME` or `NAME:1/K`; the names are those of faults.ts. Default none. */
  faults?: readonly string[];
  /** Answers that stream at once without slowing each other down. Default no limit. */
  capacity?: number;
  /** Sockets open at once; further handshakes are refused with 503. Default no limit. */
  maxConnections?: number;
  /** The constants of the deployment that it stands for. Default NUC_FORMAT. */
  envelope?: EnvelopeFormat;
}

export interface SimulatorSettings {
  readonly port: number;
  readonly host: string;
  readonly speed: number;
  readonly seed: number;
  readonly faults: FaultPlan;
  readonly capacity: number;
  readonly maxConnections: number;
  readonly envelope: EnvelopeFormat;
}

/** @throws OptionError, which names the option. */
export function readOptions(options: SimulatorOptions): SimulatorSettings {
  const { port = 8787, host = '127.0.0.1', speed = 1, seed = 1, faults = [] } = options;
  const { envelope = NUC_FORMAT } = options;
  const { capacity = Number.POSITIVE_INFINITY, maxConnections = Number.POSITIVE_INFINITY } =
    options;
  expectInteger('port', port, 0, 65_535);
  expectInteger('seed', seed, 0, 2 ** 32 - 1);
  if (!(speed > 0) || speed === Number.POSITIVE_INFINITY) {
    throw new OptionError(`speed: expected a number above 0, got ${speed}`);
  }
  if (options.capacity !== undefined) {
    expectInteger('capacity', capacity, 1, Number.MAX_SAFE_INTEGER);
  }
  if (options.maxConnections !== undefined) {
    expectInteger('max-connections', maxConnections, 0, Number.MAX_SAFE_INTEGER);
  }
  const plan = parseFaults(faults);
  return { port, host, speed, seed, faults: plan, capacity, maxConnections, envelope };
}

function expectInteger(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const range = high === Number.MAX_SAFE_INTEGER ? `${low} or more` : `${low} to ${high}`;
  throw new OptionError(`${name}: expected a whole number, ${range}, got ${value}`);
}
