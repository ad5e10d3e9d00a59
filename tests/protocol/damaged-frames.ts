/** Frames that are damaged, each in one way, and what is said of them, whatever the cipher. */
import { createCipheriv } from 'node:crypto';
import { NUC_FORMAT } from '../../lib/protocol/envelope.ts';

const { separator: SEPARATOR } = NUC_FORMAT;
// Without letters that are morphed, so that a frame can be put together as text.
export const KEY = 'k0123456789bcdefghijklmnopstuvwx';
export const IV = 'v0123456789bcdef';
export const PADDING = 'p0123456789b';

/** What AES makes of these bytes as they are: whatever ends the text has to be among them. */
export function encryptBytes(bytes: Uint8Array, key = KEY, iv = IV): string {
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return cipher.update(bytes, undefined, 'base64') + cipher.final('base64');
}

function padded(bytes: readonly number[]): Uint8Array {
  const count = 16 - (bytes.length % 16);
  return Uint8Array.from([...bytes, ...Array<number>(count).fill(count)]);
}

export function frame(parts: { key?: string; iv?: string; body?: string }): string {
  const { key = KEY, iv = IV, body = PADDING + encryptBytes(padded([0x68, 0x69])) } = parts;
  return key + SEPARATOR + iv + SEPARATOR + body;
}

const ofBytes = (bytes: Uint8Array) => frame({ body: PADDING + encryptBytes(bytes) });
const ofBase64 = (base64: string) => frame({ body: PADDING + base64 });
const endsWith = (...end: number[]) =>
  ofBytes(Uint8Array.from([...Array<number>(16 - end.length).fill(7), ...end]));

/** A whole frame's base64: 22 characters and `==`. */
export const WHOLE = encryptBytes(padded([0x68, 0x69]));
const SHORT_KEY = 'envelope: key: expected 32 ASCII characters, got';
const SHORT_IV = 'envelope: iv: expected 16 ASCII characters, got';
const NOT_BASE64 = 'envelope: base64: the ciphertext is not standard base64';
const WRONG_BLOCKS = 'envelope: ciphertext: expected whole blocks of 16 bytes, got';
const NO_DECRYPTION = 'envelope: ciphertext: does not decrypt with the frame’s own key and IV';
const NOT_UTF8 = 'envelope: text: what was decrypted is not UTF-8';

export const DAMAGED: [what: string, sealed: string, message: string][] = [
  ['nothing', '', 'envelope: structure: expected 3 parts between separators, got 1'],
  [
    'other text',
    '{"message":"Forbidden"}',
    'envelope: structure: expected 3 parts between separators, got 1',
  ],
  [
    'one separator',
    `${KEY}${SEPARATOR}${IV}`,
    'envelope: structure: expected 3 parts between separators, got 2',
  ],
  [
    'three separators',
    frame({}) + SEPARATOR,
    'envelope: structure: expected 3 parts between separators, got 4',
  ],
  ['no key', frame({ key: '' }), `${SHORT_KEY} 0`],
  ['a key too short by one', frame({ key: KEY.slice(1) }), `${SHORT_KEY} 31`],
  ['a key too long by one', frame({ key: `${KEY}x` }), `${SHORT_KEY} 33`],
  ['a key that is not ASCII', frame({ key: `ñ${KEY.slice(1)}` }), `${SHORT_KEY} 32`],
  ['a morph word cut', frame({ key: `Ef4YsO2cbQZ${KEY.slice(1)}` }), `${SHORT_KEY} 42`],
  ['no IV', frame({ iv: '' }), `${SHORT_IV} 0`],
  ['an IV as long as a key', frame({ iv: KEY }), `${SHORT_IV} 32`],
  ['an IV that is not ASCII', frame({ iv: `é${IV.slice(1)}` }), `${SHORT_IV} 16`],
  [
    'nothing after the IV',
    frame({ body: '' }),
    'envelope: padding: expected 12 characters and a ciphertext, got 0 characters',
  ],
  [
    'half a padding',
    frame({ body: PADDING.slice(6) }),
    'envelope: padding: expected 12 characters and a ciphertext, got 6 characters',
  ],
  [
    'a padding alone',
    frame({ body: PADDING }),
    'envelope: padding: expected 12 characters and a ciphertext, got 12 characters',
  ],
  ['base64 cut', ofBase64(WHOLE.slice(0, -1)), NOT_BASE64],
  ['base64 without its =', ofBase64(WHOLE.replaceAll('=', '')), NOT_BASE64],
  ['base64 for URLs', ofBase64(`-_${WHOLE.slice(2)}`), NOT_BASE64],
  ['base64 with a space', ofBase64(`${WHOLE.slice(0, 8)} ${WHOLE.slice(8)}`), NOT_BASE64],
  ['base64 with a line end', ofBase64(`${WHOLE.slice(0, 8)}\n${WHOLE.slice(8)}`), NOT_BASE64],
  ['base64 with a line end at its end', ofBase64(`${WHOLE}\r\n`), NOT_BASE64],
  ['base64 twice', ofBase64(WHOLE + WHOLE), NOT_BASE64],
  ['only =', ofBase64('===='), NOT_BASE64],
  ['15 bytes', ofBase64(Buffer.alloc(15, 7).toString('base64')), `${WRONG_BLOCKS} 15 bytes`],
  ['17 bytes', ofBase64(Buffer.alloc(17, 7).toString('base64')), `${WRONG_BLOCKS} 17 bytes`],
  ['a last byte of 0', endsWith(0), NO_DECRYPTION],
  ['a last byte above a block', endsWith(17), NO_DECRYPTION],
  ['a last byte of 255', endsWith(255), NO_DECRYPTION],
  ['padding of unequal bytes', endsWith(1, 2), NO_DECRYPTION],
  ['padding of three, the first wrong', endsWith(2, 3, 3), NO_DECRYPTION],
  [
    'a block of padding, its first byte wrong',
    ofBytes(Uint8Array.from([15, ...Array<number>(15).fill(16)])),
    NO_DECRYPTION,
  ],
  ['a byte that is never UTF-8', ofBytes(padded([0x61, 0xff])), NOT_UTF8],
  ['half a character', ofBytes(padded([0xc3])), NOT_UTF8],
  ['a character written too long', ofBytes(padded([0xc0, 0x80])), NOT_UTF8],
  ['half a surrogate', ofBytes(padded([0xed, 0xa0, 0x80])), NOT_UTF8],
  ['above the last character', ofBytes(padded([0xf4, 0x90, 0x80, 0x80])), NOT_UTF8],
];
