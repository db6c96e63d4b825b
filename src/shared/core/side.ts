import type { Level } from './level';

/**
 * One side of a book: its levels from the best to the worst, in one sorted array. Positions are found by binary search;
 * with at most 250 levels moving the tail of an array is cheaper than any tree.
 */
export class Side {
  readonly levels: Level[] = [];
  /** A raw book deletes and moves orders by id alone, so it must know where an id lies. */
  private readonly byId: Map<number, Level> | undefined;

  constructor(
    private readonly descending: boolean,
    raw: boolean,
  ) {
    this.byId = raw ? new Map() : undefined;
  }

  clear(): void {
    this.levels.length = 0;
    this.byId?.clear();
  }

  /** Inserts the level or replaces the one it means. */
  put(level: Level): void {
    if (this.byId !== undefined) {
      this.remove(level);
      this.byId.set(level.key, level);
    }
    const at = this.find(level);
    const there = this.levels[at];
    // the end of the window moves often, and without splice that is several times as fast
    if (there === undefined) this.levels.push(level);
    else if (there.price === level.price && there.tie === level.tie) this.levels[at] = level;
    else this.levels.splice(at, 0, level);
  }

  /** Takes the level out that this row means; `false` when there is none. */
  remove(level: Level): boolean {
    const known = this.byId === undefined ? level : this.byId.get(level.key);
    if (known === undefined) return false;
    const at = this.find(known);
    const there = this.levels[at];
    if (there === undefined || there.price !== known.price || there.tie !== known.tie) return false;
    if (at === this.levels.length - 1) this.levels.pop();
    else this.levels.splice(at, 1);
    this.byId?.delete(level.key);
    return true;
  }

  /** Where the level stands, or would stand. Equal prices go by tie (order id or period), ascending. */
  private find(level: Level): number {
    const { levels, descending } = this;
    let low = 0;
    let high = levels.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = levels[middle] as Level;
      const before = other.price === level.price ? other.tie < level.tie : other.price > level.price === descending;
      if (before) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
