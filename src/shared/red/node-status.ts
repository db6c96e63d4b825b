import type { Node, NodeAPI } from 'node-red';
import { systemClock } from '../link/clock';
import { FieldError } from './fields';
import { shorten, STATUS, StatusLight, type StatusKey } from './status';

/** The status of one node, in the words of its catalogue. */
export class NodeStatus {
  private readonly light: StatusLight;
  private readonly catalogue = new Map<string, string>();
  /** The field that cannot be used: named until the node is deployed anew. */
  private problem: string | undefined;

  constructor(
    private readonly RED: NodeAPI,
    node: Node,
  ) {
    this.light = new StatusLight(systemClock, ({ key, text }) => node.status({ ...STATUS[key], text }));
  }

  /** Shows colour and words of the key, or other words in its colour, with something behind them. */
  show(key: StatusKey, { words = key, suffix = '' }: { words?: string; suffix?: string | undefined } = {}): void {
    if (this.problem === undefined) this.light.set({ key, text: shorten(this.words(words) + suffix) });
  }

  /** The first wrong field stays in the status. */
  misconfigured(error: unknown, field = 'symbols'): void {
    this.problem ??= error instanceof FieldError ? error.field : field;
    if (this.problem === 'account') this.light.set({ key: 'noAccount', text: shorten(this.words('noAccount')) });
    else this.light.set({ key: 'misconfigured', text: shorten(this.RED._('status.misconfigured', { field: this.problem })) });
  }

  end(): void {
    this.light.end();
  }

  /** Asked for with every message: looking into the catalogue takes longer than making the message. */
  private words(key: string): string {
    const known = this.catalogue.get(key);
    if (known !== undefined) return known;
    const words = this.RED._(`status.${key}`);
    this.catalogue.set(key, words);
    return words;
  }
}
