import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** A child process that answers each question with a message of a known kind. */
export class Child {
  private readonly process: ChildProcess;

  constructor(file: string, argument: string, execArgv: readonly string[]) {
    this.process = fork(join(__dirname, file), [argument], { execArgv: [...execArgv] });
    this.process.setMaxListeners(0);
    // without this child there is nothing to wait for
    this.process.once('exit', (code) => code !== 0 && fail(`${file} ended with code ${code}`));
  }

  tell(message: object | string): void {
    this.process.send(message);
  }

  /** The next message of this kind for which `holds` is true. */
  hear<T>(kind: string, holds: (message: T) => boolean = () => true): Promise<T> {
    return new Promise((resolve) => {
      const look = (message: T & { kind: string }): void => {
        if (message.kind === 'unexpected') fail(`a receiver lost its state: ${JSON.stringify(message)}`);
        if (message.kind !== kind || !holds(message)) return;
        this.process.off('message', look);
        resolve(message);
      };
      this.process.on('message', look);
    });
  }

  ask<T>(question: string): Promise<T> {
    const answer = this.hear<T>(question);
    this.tell(question);
    return answer;
  }

  end(): void {
    this.process.disconnect();
  }
}

/** Children end when their parent does. */
function fail(why: string): never {
  console.error(why);
  process.exit(1);
}
