import type { IncomingMessage, ServerResponse } from 'node:http';
import { FieldError, Fields } from './admin-fields';
import { readBody } from '../rest/rest-call';
import { send, type Reply } from './rest-fault';
import { strangerIn } from '../stranger';

/** Something that can be done to the exchange from outside. Its name in the table is method and path: `POST trouble/stop`. */
export interface AdminAction {
  /** One line for the help. */
  readonly what: string;
  /** Bodies for the help. */
  readonly examples?: readonly object[];
  /** What else the help says, lines that end with a newline. */
  readonly more?: () => string;
  /** @returns what is answered as JSON @throws FieldError naming the field that is wrong: HTTP 400 */
  run(fields: Fields): unknown;
}

/** A wish is a few words. */
const BODY_BYTES = 16 * 1024;

/** The way by which people and scripts of this computer, and no page of the web, command the exchange: `/admin/...` on its port. */
export class AdminPath {
  constructor(private readonly actions: Readonly<Record<string, AdminAction>>) {}

  /** Is this request for here? */
  owns({ url = '' }: IncomingMessage): boolean {
    return /^\/admin(\/|\?|$)/.test(url);
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    const refusal = refusalOf(request);
    if (refusal !== undefined) return send(response, failure(403, refusal));
    const path = (request.url ?? '').split('?')[0]?.replace(/^\/admin\/?|\/$/g, '') ?? '';
    if (request.method === 'GET' && path === '') return send(response, { status: 200, type: 'text/plain; charset=utf-8', body: this.help(request.headers.host ?? '') });
    const name = `${request.method ?? ''} ${path}`;
    const action = Object.hasOwn(this.actions, name) ? this.actions[name] : undefined;
    if (action === undefined) return send(response, failure(404, `no such action: ${name}; GET /admin lists all`));
    readBody(request, (body) => void answerOf(action, body).then((reply) => send(response, reply)), BODY_BYTES);
  }

  private help(host: string): string {
    const parts = Object.entries(this.actions).map(([name, action]) => sectionOf(host, name, action));
    return `The simulated exchange, commanded from this computer. Bodies and answers are JSON.\n\n${parts.join('\n')}`;
  }
}

/** Not even a page of this computer commands the exchange. */
const refusalOf = (request: IncomingMessage): string | undefined => strangerIn(request) ?? (request.headers.origin === undefined ? undefined : 'pages are not served here');

async function answerOf(action: AdminAction, body: string): Promise<Reply> {
  try {
    return json(200, await action.run(new Fields(readObject(body))));
  } catch (error) {
    const { message } = error as Error;
    return failure(error instanceof FieldError ? 400 : 500, message);
  }
}

/** @throws FieldError */
function readObject(body: string): Readonly<Record<string, unknown>> {
  if (body.trim() === '') return {};
  const value = parsed(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FieldError('body', 'a JSON object');
  return value as Readonly<Record<string, unknown>>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const json = (status: number, value: unknown): Reply => ({ status, body: `${JSON.stringify(value)}\n` });

const failure = (status: number, error: string): Reply => json(status, { error });

function sectionOf(host: string, name: string, { what, examples = [], more }: AdminAction): string {
  const [method, path] = name.split(' ') as [string, string];
  const url = `http://${host}/admin/${path}`;
  const calls = method === 'GET' ? [`  curl ${url}\n`] : examples.map((body) => `  curl -d '${JSON.stringify(body)}' ${url}\n`);
  return `${method} /admin/${path}: ${what}\n${calls.join('')}${more === undefined ? '' : `\n${more()}`}`;
}
