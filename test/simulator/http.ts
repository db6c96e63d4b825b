import { request, type Agent, type IncomingMessage } from 'node:http';

/** What came of one request; `body` is what had come when it ended, well or not. */
export interface Outcome {
  readonly status?: number;
  readonly headers?: IncomingMessage['headers'];
  readonly body: string;
  /** How it ended: `end`, or the error's code. */
  readonly end: string;
}

/** A request that shows how the other side treats it: nothing is followed, repeated or decoded. */
export class Request {
  status: number | undefined;
  body = '';
  ended: Outcome | undefined;
  readonly outcome: Promise<Outcome>;
  private readonly abort: () => void;

  constructor(url: string, { agent, method = 'GET', body, headers = {} }: { agent?: Agent; method?: string; body?: string; headers?: Record<string, string> } = {}) {
    const sent = request(url, { method, headers, ...(agent === undefined ? { agent: false } : { agent }) });
    this.abort = () => void sent.destroy();
    this.outcome = new Promise((done) => {
      let answer: IncomingMessage | undefined;
      const end = (how: string): void => {
        this.ended ??= { ...(answer?.statusCode === undefined ? {} : { status: answer.statusCode, headers: answer.headers }), body: this.body, end: how };
        done(this.ended);
      };
      sent.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      sent.on('response', (response) => {
        answer = response;
        this.status = response.statusCode;
        response.setEncoding('utf8');
        response.on('data', (part: string) => (this.body += part));
        response.on('end', () => end('end'));
        response.on('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
      });
    });
    sent.end(body);
  }

  cancel(): void {
    this.abort();
  }
}

export const ask = (url: string, options?: ConstructorParameters<typeof Request>[1]): Promise<Outcome> => new Request(url, options).outcome;
