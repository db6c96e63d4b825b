/** What third-party clients were asked to do, and what came of it: printed when they are done. */
export class WitnessTable {
  private readonly rows: (readonly [call: string, result: string])[] = [];

  constructor(private readonly client: string) {}

  /** Runs a call of the client, and writes down what `tell` says of its answer. */
  async of<T>(call: string, run: () => Promise<T>, tell: (answer: T) => string): Promise<T> {
    const answer = await run();
    this.rows.push([call, tell(answer)]);
    return answer;
  }

  add(call: string, result: string): void {
    this.rows.push([call, result]);
  }

  print(): void {
    const width = Math.max(...this.rows.map(([call]) => call.length));
    console.log([`      ${this.client}`, ...this.rows.map(([call, result]) => `        ${call.padEnd(width)}  ${result}`)].join('\n'));
  }
}
