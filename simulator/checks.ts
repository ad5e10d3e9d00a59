/** What the protocol asks of a client's requests and questions, field by field. */
import { isIP } from 'node:net';
import { isObject, type JsonObject } from '../lib/base/json-object.ts';
import { HTTP_HEADERS } from '../lib/protocol/messages.ts';
import { textOrEmpty } from './json.ts';

/** @returns whether the value is as the protocol has it. */
export type Check = (value: unknown) => boolean;

const UUID_V4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
// Less than the smallest step between two time zones (15 min): local time shows, clock drift does not.
const UTC_TOLERANCE_MS = 10 * 60 * 1000;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isUuidV4: Check = (value) => typeof value === 'string' && UUID_V4.test(value);

/** Path of a field → what its value must be. */
export const TOKEN_FIELDS: Record<string, Check> = {
  session_id: isUuidV4,
  connection_id: isUuidV4,
  access_key: isText,
  secret_key: isText,
  'kw_args.user_context.user_id': isNumber,
  'kw_args.user_context.user_name': isText,
  'kw_args.user_context.user_email': (value) => textOrEmpty(value).includes('@'),
  'kw_args.user_context.course_id': isNumber,
  'kw_args.user_context.course_name': isText,
  'kw_args.user_context.course_catalog_code': isText,
  'meta_data.latitude': (value) => isNumber(value) && Math.abs(Number(value)) <= 90,
  'meta_data.longitude': (value) => isNumber(value) && Math.abs(Number(value)) <= 180,
  'meta_data.ip_address': (value) => typeof value === 'string' && isIP(value) !== 0,
  'meta_data.timezone': isText,
  'meta_data.browser_unique_identifier': isUuidV4,
  'meta_data.session_time': (value) => dayFirstTime(value) !== undefined,
};

export const CREATE_CHAT_FIELDS: Record<string, Check> = { token: isText };

export const QUESTION_FIELDS: Record<string, Check> = {
  session_id: isText,
  connection_id: isText,
  client_code: isText,
  request_id: isUuidV4,
  conversation_id: isUuidV4,
  request_to_generate_greeting_message: (value) => value === 0,
  language_code: isText,
  user_message: isText,
  session_attributes: isObject,
  user_message_date_and_time: (value) => isNow(yearFirstTime(value)),
  user_timezone: isText,
  course_id: isText,
};

/** @returns the paths of the fields that are missing or malformed. */
export function wrongFields(message: JsonObject, fields: Record<string, Check>): string[] {
  return Object.entries(fields)
    .filter(([path, accepts]) => !accepts(valueAt(message, path)))
    .map(([path]) => path);
}

/** @returns the names of the headers that are missing or have another value. */
export function wrongHeaders(headers: NodeJS.Dict<string | string[]>): string[] {
  return Object.entries(HTTP_HEADERS)
    .filter(([name, value]) => {
      const got = headers[name.toLowerCase()];
      // A media type may carry parameters, such as a charset.
      return (name === 'Content-Type' ? String(got).split(';')[0] : got) !== value;
    })
    .map(([name]) => name);
}

/** @returns whether it is the scheme, host and port of a web page, and no more. */
export function isOrigin(value: string | undefined): boolean {
  return value !== undefined && URL.canParse(value) && new URL(value).origin === value;
}

function valueAt(message: JsonObject, path: string): unknown {
  let value: unknown = message;
  for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined;
  return value;
}

/** Reads `DD-MM-YYYY HH:MM:SS`. */
function dayFirstTime(value: unknown): number | undefined {
  const match = /^(\d\d)-(\d\d)-(\d{4}) (\d\d:\d\d:\d\d)$/.exec(textOrEmpty(value));
  return match ? utc(`${match[3]}-${match[2]}-${match[1]}`, match[4]) : undefined;
}

/** Reads `YYYY-MM-DD HH:MM:SS`. */
function yearFirstTime(value: unknown): number | undefined {
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)$/.exec(textOrEmpty(value));
  return match ? utc(match[1], match[2]) : undefined;
}

/** @returns epoch milliseconds, or nothing where the calendar has no such day or time. */
function utc(day: string | undefined, time: string | undefined): number | undefined {
  const milliseconds = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date.parse takes 30 February for 1 March.
  return new Date(milliseconds).toISOString().startsWith(`${day}T${time}`)
    ? milliseconds
    : undefined;
}

function isNow(milliseconds: number | undefined): boolean {
  return milliseconds !== undefined && Math.abs(Date.now() - milliseconds) <= UTC_TOLERANCE_MS;
}
