/** How much is kept. */
export interface Room {
  readonly count: number;
  /** Of all texts together. */
  readonly characters: number;
}

/** The last of many things, oldest first. Who writes much shortens what is remembered, and takes no more memory. */
export class Recent<T> {
  readonly list: T[] = [];
  private readonly lengths: number[] = [];
  private characters = 0;

  constructor(private readonly room: Room) {}

  /** `characters`: how long its texts are. */
  add(item: T, characters: number): void {
    this.list.push(item);
    this.lengths.push(characters);
    this.characters += characters;
    while (this.list.length > this.room.count || this.characters > this.room.characters) this.dropOldest();
  }

  /** A tenth at a time: less work for each. */
  private dropOldest(): void {
    const count = Math.ceil(this.list.length / 10);
    this.list.splice(0, count);
    for (const length of this.lengths.splice(0, count)) this.characters -= length;
  }
}
