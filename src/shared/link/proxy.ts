import { Agent as HttpAgent, type AgentOptions, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from 'node:https';
import { HttpProxyAgent, HttpsProxyAgent } from 'hpagent';
import { BitfinexError } from '../core/errors';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a module without types
const { getProxyForUrl } = require('proxy-from-env') as { getProxyForUrl(url: string): string };

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** A request through an agent of {@link agentFor}. */
export interface ForAgent extends RequestOptions {
  /** Aborted when the request is over without an answer: the way through a proxy is then given up too. */
  readonly dropped: AbortSignal;
}

/** Does an address lead to this machine? */
export const isLoopback = (url: string): boolean => LOOPBACK.test(new URL(url).hostname);

/**
 * The proxy for an address, from HTTP_PROXY, HTTPS_PROXY and NO_PROXY as in Node-RED's own nodes; a WebSocket follows
 * those of its HTTP address. This machine is reached directly: the embedded exchange is nobody else's.
 * @throws BitfinexError for a proxy of another kind
 */
export function proxyFor(url: string): URL | undefined {
  const target = url.replace(/^ws/, 'http');
  const proxy = isLoopback(target) ? '' : getProxyForUrl(target);
  if (proxy === '') return undefined;
  if (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol)) return new URL(proxy);
  throw new BitfinexError('EXCHANGE_UNREACHABLE', 'the proxy of the environment (HTTPS_PROXY or HTTP_PROXY) is no http address');
}

/**
 * An agent for an address: direct, or through its proxy, over CONNECT in either case.
 * @throws BitfinexError for a proxy of another kind
 */
export function agentFor(url: string, settings: AgentOptions = {}): HttpAgent {
  const proxy = proxyFor(url);
  const isTls = /^(https|wss):/.test(url);
  // no environment variable switches the checks of TLS off
  const options: HttpsAgentOptions = { rejectUnauthorized: true, ...settings };
  if (proxy === undefined) return isTls ? new HttpsAgent(options) : new HttpAgent(options);
  const proxied = { ...options, proxy, proxyRequestOptions: { rejectUnauthorized: true } };
  return droppable(isTls ? new HttpsProxyAgent(proxied) : new HttpProxyAgent(proxied));
}

/** What hpagent's classes have beyond their types. */
interface Tunnels {
  proxyRequestOptions: object;
  createConnection(options: Partial<ForAgent>, callback: unknown): unknown;
}

/** By itself hpagent goes on asking a silent proxy for requests that were given up long ago. */
function droppable(agent: HttpAgent): HttpAgent {
  const tunnels = agent as unknown as Tunnels;
  const [own, connect] = [tunnels.proxyRequestOptions, tunnels.createConnection.bind(agent)];
  tunnels.createConnection = (options, callback) => {
    tunnels.proxyRequestOptions = { ...own, signal: options.dropped };
    return connect(options, callback);
  };
  return agent;
}
