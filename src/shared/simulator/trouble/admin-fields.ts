/** A body with which an action can do nothing; the text names the field. */
export class FieldError extends Error {
  constructor(field: string, expected: string, given?: unknown) {
    super(`${field}: expected ${expected}${given === undefined ? '' : `, got ${(JSON.stringify(given) ?? '').slice(0, 80)}`}`);
  }
}

/** Which numbers are good. */
export interface NumberRange {
  readonly least?: number;
  readonly most?: number;
}

/** The fields of a body, each read with what it must be. All reads throw a FieldError for what it is not. */
export class Fields {
  constructor(private readonly body: Readonly<Record<string, unknown>>) {}

  /** No other fields than these: a slip of the pen must not pass as a default. */
  only(...names: readonly string[]): void {
    const other = Object.keys(this.body).find((name) => !names.includes(name));
    if (other !== undefined) throw new FieldError(other, names.length === 0 ? 'no field' : `one of the fields ${names.join(', ')}`);
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** The field as it is. */
  get(name: string): unknown {
    return Object.hasOwn(this.body, name) ? this.body[name] : undefined;
  }

  text(name: string, otherwise?: string): string {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== 'string' || value === '') throw new FieldError(name, 'a text', value);
    return value;
  }

  number(name: string, otherwise?: number, { least = 0, most = Number.MAX_SAFE_INTEGER }: NumberRange = {}): number {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== 'number' || !(value >= least && value <= most)) throw new FieldError(name, `a number from ${least} to ${most}`, value);
    return value;
  }

  flag(name: string, otherwise = false): boolean {
    const value = this.get(name) ?? otherwise;
    if (typeof value !== 'boolean') throw new FieldError(name, 'true or false', value);
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise?: T): T {
    const value = this.get(name) ?? otherwise;
    const chosen = choices.find((one) => one === value);
    if (chosen === undefined) throw new FieldError(name, `one of ${choices.join(', ')}`, value);
    return chosen;
  }
}
