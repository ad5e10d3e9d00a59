// Globals that k6 2.2 has at run time and @types/k6 does not declare; only what is used here.

declare function setTimeout(callback: () => void, ms: number): number;
declare function clearTimeout(id: number): void;

interface CryptoKey {
  readonly usages: readonly string[];
}

declare const crypto: {
  randomUUID(): string;
  getRandomValues(bytes: Uint8Array): Uint8Array;
  readonly subtle: import('../protocol/cipher-webcrypto.ts').Subtle<CryptoKey>;
};

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label: 'utf-8', options: { fatal: boolean; ignoreBOM: boolean });
  decode(bytes: ArrayBuffer): string;
}

declare const console: { log(text: string): void };

/** build.mjs bundles a file of ours that is asked for in this way apart; k6's own, in the init context. */
declare function require(path: string): unknown;
