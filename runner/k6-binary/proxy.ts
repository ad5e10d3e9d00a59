/**
 * `fetch` by way of the proxy that the process's environment names: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, in
 * small letters or large, unless NO_PROXY names the host. Node's own does not before version 24.
 */
import { getProxyForUrl } from 'proxy-from-env';
import { Agent, Dispatcher, fetch, ProxyAgent, type Response } from 'undici';
import { RunnerError } from '../errors.ts';

/** A proxy, and what may be shown of it: the address may hold a password. */
interface Proxy {
  readonly variable: string;
  readonly url: URL;
  readonly shown: string;
}

/**
 * @param address of http or https.
 * @throws RunnerError where the variable names no proxy; else whatever `fetch` throws.
 */
export async function fetchByProxy(address: string, signal: AbortSignal): Promise<Response> {
  return fetch(address, { signal, dispatcher: new ByOrigin() });
}

/** What an error says of the way to an address, to be put behind it; '' where no proxy is on it. */
export function wayTo(address: string): string {
  const proxy = proxyFor(address);
  return proxy === null ? '' : `, by the proxy ${proxy.shown} of ${proxy.variable}`;
}

/** A redirect may lead to a host that has another proxy, or none. */
class ByOrigin extends Dispatcher {
  private readonly agents = new Map<string, Dispatcher>();

  override dispatch(
    options: Dispatcher.DispatchOptions,
    handler: Dispatcher.DispatchHandlers,
  ): boolean {
    const origin = String(options.origin);
    const agent = this.agents.get(origin) ?? agentFor(origin);
    this.agents.set(origin, agent);
    return agent.dispatch(options, handler);
  }
}

function agentFor(origin: string): Dispatcher {
  const proxy = proxyFor(origin);
  return proxy === null ? new Agent() : new ProxyAgent({ uri: proxy.url.href });
}

function proxyFor(address: string): Proxy | null {
  if (getProxyForUrl(address) === '') return null;
  const variables = [`${new URL(address).protocol.slice(0, -1)}_proxy`, 'all_proxy'];
  const names = variables.flatMap((name) => [name, name.toUpperCase()]);
  const variable = names.find((name) => process.env[name]) ?? '';
  const value = process.env[variable] ?? '';
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) {
    throw new RunnerError(`${variable}: expected the address of a proxy, such as http://host:3128`);
  }
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol)) {
    throw new RunnerError(
      `${variable}: expected a proxy of http:// or https://, got ${url.protocol}//; set another, or put k6 on the PATH`,
    );
  }
  return { variable, url, shown: `${url.protocol}//${url.host}` };
}
