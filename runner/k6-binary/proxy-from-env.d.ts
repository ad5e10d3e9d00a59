/** The package has no types of its own. */
declare module 'proxy-from-env' {
  /** @returns the proxy that the environment names for an address; '': none. */
  export function getProxyForUrl(url: string): string;
}
