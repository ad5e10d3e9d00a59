/**
 * A GET by way of the proxy that the process's environment names: HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, in
 * small letters or large, unless NO_PROXY names the host. Node's own does not before version 24.
 */
import { type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { checkServerIdentity } from 'node:tls';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { RunnerError } from '../errors.ts';

const MOST_REDIRECTS = 10;
const NO_HTTP = 'the answer is no HTTP';
const WRONG_USER = ': wrong user or password, or none';

/** A proxy, and what may be shown of it: the address may hold a password. */
interface Proxy {
  readonly variable: string;
  readonly url: URL;
  readonly shown: string;
}

/**
 * Follows redirects, but from https to https only.
 * @param address of http or https.
 * @returns the answer, whatever its status; its body is still to come.
 * @throws RunnerError where the variable names no proxy, or a redirect leads nowhere; else whatever Node's
 * request or the signal gives.
 */
export async function getByProxy(address: string, signal: AbortSignal): Promise<IncomingMessage> {
  let from = new URL(address);
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await getOnce(from, signal);
    const { statusCode = 0, headers } = response;
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) return response;
    response.destroy();
    const to = URL.canParse(headers.location, from.href) ? new URL(headers.location, from) : null;
    if (to === null || (to.protocol !== 'https:' && to.protocol !== from.protocol)) {
      throw new RunnerError(
        `${from.origin}: HTTP ${statusCode}: it leads to no address of ${from.protocol}//`,
      );
    }
    from = to;
  }
  throw new RunnerError(`${address}: more than ${MOST_REDIRECTS} redirects`);
}

/** What an error says of the way to an address, to be put behind it; '' where no proxy is on it. */
export function wayTo(address: string): string {
  const proxy = proxyFor(address);
  return proxy === null ? '' : `, by the proxy ${proxy.shown} of ${proxy.variable}`;
}

function getOnce(address: URL, over: AbortSignal): Promise<IncomingMessage> {
  // One of its own for each request: Node warns of many that listen to the same.
  const signal = AbortSignal.any([over]);
  const proxy = proxyFor(address.href);
  // The signal ends the connecting to the proxy too, for which a request alone would wait.
  const agent = proxy === null ? undefined : new HttpsProxyAgent(proxy.url.href, { signal });
  // By a proxy, Node is not told the host where that is an IP address.
  const host = address.hostname.replace(/^\[|\]$/g, '');
  const checkIdentity: typeof checkServerIdentity = (_, cert) => checkServerIdentity(host, cert);
  const options = { agent, signal, checkServerIdentity: checkIdentity };
  return new Promise((resolve, reject) => {
    const request = (address.protocol === 'https:' ? requestSecure : requestPlain)(
      address,
      options,
    );
    // What a proxy says instead of opening a tunnel would be taken for the address' own answer.
    request.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
      if (statusCode === 200) return;
      const said = statusCode === 407 ? `HTTP 407${WRONG_USER}` : `HTTP ${statusCode}`;
      reject(new Error(Number.isInteger(statusCode) ? said : NO_HTTP));
      request.destroy();
    });
    request.on('error', (error) => {
      // The package repeats the line, in which the proxy may repeat the password.
      const isNoHttp = error.message.startsWith('Invalid header from proxy');
      reject(isNoHttp ? new Error(NO_HTTP) : error);
    });
    request.on('close', () => reject(new Error('closed without an answer')));
    request.on('response', resolve).end();
  });
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
    // The scheme itself may be a part of what is secret.
    throw new RunnerError(
      `${variable}: expected a proxy of http:// or https://; set another, or put k6 on the PATH`,
    );
  }
  if (!isDecodable(url.username + url.password)) {
    throw new RunnerError(
      `${variable}: expected a % of its user or password as %25, as an address has it`,
    );
  }
  return { variable, url, shown: `${url.protocol}//${url.host}` };
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
