import type { NodeAPI } from 'node-red';
import { BitfinexError } from '../core/errors';
import type { Practice, PracticeRefusal } from '../link/practice';
import type { AccountNode } from './account-user';
import { hasPractice, practiceOf, practicePanelOf } from './practice';

interface Action {
  /** What it reads, in the order in which the log names it. */
  readonly fields: readonly string[];
  act(practice: Practice, ...fields: string[]): PracticeRefusal | Promise<PracticeRefusal>;
}

/** What can be done, by the end of the path. */
const ACTIONS: Readonly<Record<string, Action>> = {
  trouble: { fields: ['kind'], act: (practice, kind = '') => practice.makeTrouble(kind) },
  'trouble/stop': { fields: ['kind'], act: (practice, kind = '') => practice.stopTrouble(kind) },
  deposit: { fields: ['wallet', 'currency', 'amount'], act: (practice, wallet = '', currency = '', amount = '') => practice.deposit(wallet, currency, amount) },
  reset: { fields: ['confirm'], act: (practice, confirm = '') => practice.reset(confirm) },
};

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A wish is a few words. */
const BODY_BYTES = 4096;

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What of a request counts here. */
interface Call {
  readonly id: string;
  readonly path: string;
  readonly action: Action;
  readonly headers: Headers;
  readonly body: unknown;
}

/**
 * `POST bitfinex/account/ID/trouble`, `trouble/stop`, `deposit`, `reset`: what a person does with the embedded exchange of
 * an account, with a small JSON object. The answer is how it stands then.
 */
export function servePractice(RED: NodeAPI): void {
  for (const [path, action] of Object.entries(ACTIONS)) {
    RED.httpAdmin.post(`/bitfinex/account/:id/${path}`, RED.auth.needsPermission('bitfinex-account.write'), ({ params, headers, body }, response) => {
      void answerTo(RED, { id: String(params['id']), path, action, headers, body }).then((answer) => response.status(answer.status).json(answer.body));
    });
  }
}

async function answerTo(RED: NodeAPI, call: Call): Promise<Answer> {
  if (!isOwnPage(call.headers)) return failure(403, 'foreign');
  const node = RED.nodes.getNode(call.id) as AccountNode | null;
  if (typeof node?.readAccount !== 'function') return failure(404, 'unknown');
  try {
    return await carryOut(node, call);
  } catch (error) {
    // settings that cannot be used: the panel says which
    if (error instanceof BitfinexError) return failure(409, error.code);
    node.error(`practice exchange: ${call.path}: ${(error as Error).message}`);
    return failure(500, 'failed');
  }
}

async function carryOut(node: AccountNode, { path, action: { fields, act }, headers, body }: Call): Promise<Answer> {
  const account = node.readAccount();
  if (!hasPractice(account)) return failure(404, 'not-practice');
  const words = wordsOf(fields, headers, body);
  if (words === undefined) return failure(400, 'FIELD_INVALID', 'body');
  const practice = practiceOf(account);
  if (practice === undefined) return failure(409, 'unused');
  const refused = await act(practice, ...words);
  if (refused !== undefined) return failure(400, 'FIELD_INVALID', refused);
  // whoever reads the log must see that what follows was wanted
  node.log(`practice exchange: ${[path, ...words].join(' ')}`);
  return { status: 200, body: practicePanelOf(account) ?? {} };
}

/** The editor lets pages of other sites call it, and one without a login serves them: a browser says of them that they are. */
const isOwnPage = (headers: Headers): boolean => headers['sec-fetch-site'] !== 'cross-site';

/** The fields as texts, empty for what is none; `undefined` where the body is no small JSON object: a form of another page sends none. */
function wordsOf(fields: readonly string[], headers: Headers, body: unknown): string[] | undefined {
  const isJson = /^application\/json\b/i.test(String(headers['content-type']));
  const isSmall = Number(headers['content-length']) <= BODY_BYTES;
  if (!isJson || !isSmall || typeof body !== 'object' || body === null) return undefined;
  const given = new Map<string, unknown>(Object.entries(body));
  return fields.map((name) => textOf(given.get(name)));
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const failure = (status: number, error: string, field?: string): Answer => ({ status, body: { error, ...(field === undefined ? {} : { field }) } });
