/** The rows of latencies, which terminal, Markdown and page all show: they only lay them out. */
import { showCount, showMs } from '../base/format.ts';
import type { Figures, Latency, Part, StepsOf } from '../results/model.ts';

/** The figures that have them: the page's, of an older file, may have no more of the frames. */
type LatencyFigures = Omit<Figures, 'frames'> & {
  readonly frames: Pick<Figures['frames'], 'gapMax'>;
};

interface Kind {
  readonly name: string;
  /** From where to where, in a few words. */
  readonly about: string;
  readonly ofRun: (figures: LatencyFigures) => Latency | null;
  /** Where courses and turns have it too. */
  readonly ofPart?: (part: Part) => Latency | null;
  readonly show: (value: number) => string;
  /** Whether a run that only holds sockets has it. */
  readonly ofSockets?: true;
  /** The terminal has no room for the turns of each. */
  readonly turnsOnTerminal?: true;
}

const KINDS: readonly Kind[] = [
  {
    name: 'First chunk',
    about: 'question sent to first text',
    ofRun: ({ overall }) => overall.firstChunk,
    ofPart: ({ firstChunk }) => firstChunk,
    show: showMs,
  },
  {
    name: 'Response',
    about: 'question sent to complete answer',
    ofRun: ({ overall }) => overall.response,
    ofPart: ({ response }) => response,
    show: showMs,
    turnsOnTerminal: true,
  },
  {
    name: 'Longest gap',
    about: 'between two frames of an answer',
    ofRun: ({ frames }) => frames.gapMax,
    show: showMs,
  },
  {
    name: 'Text rate',
    about: 'characters a second, first to last text',
    ofRun: ({ trends }) => trends?.chat_text_rate ?? null,
    // Only a fast simulator writes so many, and they would take the place of the names.
    show: (perSecond) =>
      perSecond < 10_000 ? `${perSecond.toFixed(1)}/s` : `${(perSecond / 1000).toFixed(0)}k/s`,
  },
  {
    name: 'Token',
    about: 'the call generate-token',
    ofRun: ({ setUp }) => setUp.token,
    show: showMs,
    ofSockets: true,
  },
  {
    name: 'Create chat',
    about: 'the call create-chat',
    ofRun: ({ setUp }) => setUp.create,
    show: showMs,
    ofSockets: true,
  },
  {
    name: 'Socket open',
    about: 'session start to open socket',
    ofRun: ({ setUp }) => setUp.socketOpen,
    show: showMs,
    ofSockets: true,
  },
  {
    name: 'Client lag',
    about: 'how late the script was for an answer’s frames',
    ofRun: ({ clientLag }) => clientLag,
    show: showMs,
  },
  {
    name: 'Send lag',
    about: 'question sent by the script to written',
    ofRun: ({ trends }) => trends?.chat_send_lag ?? null,
    show: showMs,
  },
  {
    name: 'Timer lag',
    about: 'how late timers fired in the script',
    ofRun: ({ trends }) => trends?.chat_timer_lag ?? null,
    show: showMs,
    ofSockets: true,
  },
];

export interface LatencyRow extends Pick<Kind, 'name' | 'about' | 'turnsOnTerminal'> {
  /** The course or turn that the row is of; null: the whole run. */
  readonly part: { readonly kind: 'course' | 'turn'; readonly name: string } | null;
  /** Whether the latency is told of courses and turns too. */
  readonly hasParts: boolean;
  readonly samples: string;
  /** In the order of STATISTICS; null where there was no sample. */
  readonly statistics: readonly string[] | null;
}

export const STATISTICS = ['average', 'min', 'median', 'p90', 'p95', 'p99', 'max'];

/** Each latency of the run, followed by its parts; of the turns, those that had an answer. */
export function latencyRows(figures: LatencyFigures, stepsOf: StepsOf): LatencyRow[] {
  const { byCourse, byTurn } = figures;
  const turns = byTurn.filter(({ response }) => response !== null);
  return KINDS.filter(({ ofSockets }) => stepsOf === 'answers' || ofSockets).flatMap((kind) => {
    const { ofRun, ofPart } = kind;
    const partRows = (partKind: 'course' | 'turn', parts: readonly Part[]) =>
      ofPart === undefined
        ? []
        : parts.map((part) => row(kind, ofPart(part), { kind: partKind, name: part.name }));
    return [
      row(kind, ofRun(figures), null),
      ...partRows('course', byCourse),
      ...partRows('turn', turns),
    ];
  });
}

function row(kind: Kind, latency: Latency | null, part: LatencyRow['part']): LatencyRow {
  const { name, about, show, turnsOnTerminal } = kind;
  return {
    name,
    about,
    ...(turnsOnTerminal === undefined ? {} : { turnsOnTerminal }),
    part,
    hasParts: kind.ofPart !== undefined,
    samples: showCount(latency?.count ?? 0),
    statistics: latency === null ? null : statisticsOf(latency).map(show),
  };
}

function statisticsOf({ avg, min, med, p90, p95, p99, max }: Latency): number[] {
  return [avg, min, med, p90, p95, p99, max];
}
