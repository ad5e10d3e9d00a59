/**
 * The envelope: how one frame is sealed.
 *
 *     sealed = morph(key) + SEPARATOR + morph(iv) + SEPARATOR + padding + base64(ciphertext)
 *
 * | part       | what it is                                                                   |
 * |------------|------------------------------------------------------------------------------|
 * | key        | 32 random characters of A–Z a–z 0–9; their UTF-8 bytes are an AES-256 key      |
 * | iv         | 16 random characters of the same alphabet                                      |
 * | padding    | 12 random characters of the same alphabet, thrown away by the reader           |
 * | ciphertext | AES-256-CBC with PKCS#7 of the text's UTF-8, in standard base64 with `=`       |
 * | morph      | replaces single characters by words, each once, so that a key does not show    |
 *
 * The key travels with the message: this hides text from a casual reader, no more. The scheme is
 * the JavaScript client's, built on crypto-js; `Cipher` is the part of it that has several engines.
 */

/** The constants of one deployment. */
export interface EnvelopeFormat {
  readonly separator: string;
  /** Character → the word that stands for it. */
  readonly morph: Readonly<Record<string, string>>;
}

export const NUC_FORMAT: EnvelopeFormat = {
  separator: 'rE7pRxTGlqT6',
  morph: {
    R: 'Ef4YsO2cbQZ2',
    W: 'U4Bai5Qn1ZCp',
    q: 'zR2H8Cd5maEc',
    a: 'yUz4P1a7Dz6v',
    E: 'Xm5VaT2B7c9a',
  },
};

/** AES-256-CBC with PKCS#7, on text. Key and IV are ASCII text of 32 and 16 characters. */
export interface Cipher {
  readonly name: string;
  /** @returns standard base64 with `=`. */
  encrypt(key: string, iv: string, text: string): Promise<string>;
  /** @throws EnvelopeError whose part is `base64`, `ciphertext` or `text`. */
  decrypt(key: string, iv: string, base64: string): Promise<string>;
}

/** Which part of a sealed frame was wrong. */
export type EnvelopePart =
  | 'structure'
  | 'key'
  | 'iv'
  | 'padding'
  | 'base64'
  | 'ciphertext'
  | 'text';

export class EnvelopeError extends Error {
  override readonly name = 'EnvelopeError';
  readonly part: EnvelopePart;

  constructor(part: EnvelopePart, detail: string) {
    super(`envelope: ${part}: ${detail}`);
    this.part = part;
  }
}

/** What the sender makes up anew for each frame. */
export interface EnvelopeSecrets {
  readonly key: string;
  readonly iv: string;
  readonly padding: string;
}

const KEY_LENGTH = 32;
const IV_LENGTH = 16;
const PADDING_LENGTH = 12;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// The largest multiple of the alphabet's length in a byte: a byte above it would favour some letters.
const FAIR_BYTES = 248;

/** @returns that many random bytes. */
export type RandomBytes = (count: number) => Uint8Array;

function randomText(length: number, randomBytes: RandomBytes): string {
  let text = '';
  while (text.length < length) {
    // By index: k6's interpreter makes an iterator for `of`.
    const bytes = randomBytes(length - text.length);
    for (let index = 0; index < bytes.length; index++) {
      const byte = bytes[index] as number;
      if (byte < FAIR_BYTES) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return text;
}

/** Seals and opens frames, with one cipher and one deployment's constants. */
export class Envelope {
  // Two lists and not a Map: the first Map of a virtual user costs k6 some 10 kB of built-ins.
  private readonly letters: readonly string[];
  private readonly words: readonly string[];
  // A loop over the words would take eight times as long.
  private readonly anyWord: RegExp;

  constructor(
    private readonly cipher: Cipher,
    private readonly randomBytes: RandomBytes,
    private readonly format: EnvelopeFormat = NUC_FORMAT,
  ) {
    this.letters = Object.keys(format.morph);
    this.words = Object.values(format.morph);
    const words = this.words.map((word) => word.replace(/[^\w]/g, '\\$&'));
    this.anyWord = new RegExp(words.join('|'), 'g');
  }

  /** Seals a text with secrets of its own. */
  seal(text: string): Promise<string> {
    return this.sealWith(
      {
        key: randomText(KEY_LENGTH, this.randomBytes),
        iv: randomText(IV_LENGTH, this.randomBytes),
        padding: randomText(PADDING_LENGTH, this.randomBytes),
      },
      text,
    );
  }

  /** Seals a text with given secrets: for vectors, where the result is known. */
  async sealWith({ key, iv, padding }: EnvelopeSecrets, text: string): Promise<string> {
    const ciphertext = await this.cipher.encrypt(key, iv, text);
    const { separator } = this.format;
    return this.morph(key) + separator + this.morph(iv) + separator + padding + ciphertext;
  }

  /** @throws EnvelopeError, which names the part that was wrong. */
  open(sealed: string): Promise<string> {
    const parts = sealed.split(this.format.separator);
    // By index: k6's interpreter makes an iterator for a pattern.
    const morphedKey = parts[0];
    const morphedIv = parts[1];
    const body = parts[2];
    if (
      parts.length !== 3 ||
      morphedKey === undefined ||
      morphedIv === undefined ||
      body === undefined
    ) {
      return Promise.reject(
        new EnvelopeError('structure', `expected 3 parts between separators, got ${parts.length}`),
      );
    }
    // Both at once, since it is the call that costs.
    const both = this.unmorph(`${morphedKey}\n${morphedIv}`);
    const isWhole = KEY_AND_IV.test(both);
    const key = isWhole ? both.slice(0, KEY_LENGTH) : this.unmorph(morphedKey);
    if (!isWhole && !isAscii(key, KEY_LENGTH)) {
      return Promise.reject(wrongLength('key', KEY_LENGTH, key));
    }
    const iv = isWhole ? both.slice(KEY_LENGTH + 1) : this.unmorph(morphedIv);
    if (!isWhole && !isAscii(iv, IV_LENGTH)) {
      return Promise.reject(wrongLength('iv', IV_LENGTH, iv));
    }
    if (body.length <= PADDING_LENGTH) {
      return Promise.reject(
        new EnvelopeError(
          'padding',
          `expected ${PADDING_LENGTH} characters and a ciphertext, got ${body.length} characters`,
        ),
      );
    }
    return this.cipher.decrypt(key, iv, body.slice(PADDING_LENGTH));
  }

  private morph(text: string): string {
    const { morph } = this.format;
    return Array.from(text, (letter) => morph[letter] ?? letter).join('');
  }

  private unmorph(text: string): string {
    return text.replace(this.anyWord, this.letterOf);
  }

  private readonly letterOf = (word: string) => this.letters[this.words.indexOf(word)] ?? word;
}

// Regular expressions and not loops: a frame costs some 15 % less CPU in k6's interpreter. Literals, since
// k6 keeps what `new RegExp` makes once for each virtual user.
const KEY_AND_IV = /^[ -~]{32}\n[ -~]{16}$/;
const NOT_PRINTABLE_ASCII = /[^ -~]/;

function isAscii(text: string, length: number): boolean {
  return text.length === length && !NOT_PRINTABLE_ASCII.test(text);
}

// The text itself stays out of the message: it is key material.
function wrongLength(part: 'key' | 'iv', expected: number, got: string): EnvelopeError {
  return new EnvelopeError(part, `expected ${expected} ASCII characters, got ${got.length}`);
}
