/** The sessions that were given a token, and what was agreed with each. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject } from '../lib/base/json-object.ts';
import type { SessionIds } from '../lib/protocol/messages.ts';
import type { FaultName } from './faults.ts';
import { textOrEmpty } from './json.ts';
import type { SimulatorSettings } from './options.ts';
import { Random } from './random.ts';

export interface Session {
  /** From 1, in the order of the generate-token calls. */
  readonly number: number;
  readonly token: string;
  readonly faults: ReadonlySet<FaultName>;
  readonly random: Random;
  /** What its questions must carry. */
  ids: SessionIds;
  chatCreated: boolean;
  socketOpened: boolean;
}

/** What every token ends with: a client that does not encode it in the URL is found out. */
const TOKEN_ENDING = '+/=&?#% ';

const LEFT_OUT_ONE_IN = 2;

export class Sessions {
  private readonly byToken = new Map<string, Session>();
  private readonly seenIds = new Set<string>();
  private lastNumber = 0;

  constructor(private readonly settings: SimulatorSettings) {}

  /** @returns the number of the next session, and its faults. Every generate-token call takes one. */
  nextNumber(): { number: number; faults: ReadonlySet<FaultName> } {
    this.lastNumber += 1;
    return { number: this.lastNumber, faults: this.settings.faults(this.lastNumber) };
  }

  /** Opens a session; the reply is what generate-token answers. */
  create(
    number: number,
    faults: ReadonlySet<FaultName>,
    request: JsonObject,
  ): { session: Session; reply: JsonObject } {
    const random = new Random(this.settings.seed, number);
    const token = `${number}.${randomBytes(24).toString('base64')}${TOKEN_ENDING}${number}`;
    const client_code = `client-${number}`;
    // The service leaves the ids out sometimes; then the client's own stay.
    const given = random.oneIn(LEFT_OUT_ONE_IN)
      ? {}
      : { session_id: randomUUID(), connection_id: randomUUID() };
    const sent = {
      session_id: textOrEmpty(request.session_id),
      connection_id: textOrEmpty(request.connection_id),
    };
    const session: Session = {
      number,
      token,
      faults,
      random,
      ids: { ...sent, ...given, client_code },
      chatCreated: false,
      socketOpened: false,
    };
    this.byToken.set(token, session);
    return { session, reply: { success: '1', token, client_code, ...given } };
  }

  /** Marks the chat as created; the reply is what create-chat answers. */
  createChat(session: Session): JsonObject {
    session.chatCreated = true;
    const answer = session.random.pick(['new', 'same', 'left out'] as const);
    if (answer === 'left out') return {};
    // An id that the chat brings is the session's from then on.
    if (answer === 'new') session.ids = { ...session.ids, session_id: randomUUID() };
    return { session_id: session.ids.session_id };
  }

  withToken(token: unknown): Session | undefined {
    return typeof token === 'string' ? this.byToken.get(token) : undefined;
  }

  /** @returns whether that value was sent before in a field where each must be new. */
  isRepeated(field: string, value: string): boolean {
    const id = `${field} ${value}`;
    if (this.seenIds.has(id)) return true;
    this.seenIds.add(id);
    return false;
  }
}
