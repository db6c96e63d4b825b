import type { Belongings, PriceAlert } from './belongings';

/** Something that happened to the account, ms. */
export interface Note {
  readonly id: number;
  readonly at: number;
  readonly what: string;
}

/** Kept of each list: as many as the exchange hands out in one call (bitfinex-v2.md 8.2). */
const LOGINS_KEPT = 250;
const CHANGES_KEPT = 500;

/** The most that a user can leave here, characters of JSON. */
const MOST = 65_536;

const NOTHING: Belongings = { alerts: [], settings: {} };

/** What an exchange knows of a user besides the account: alerts and settings, which are kept, logins and changes, which are not. */
export class UserRecords {
  readonly logins: Note[] = [];
  readonly changes: Note[] = [];
  private lastId = 0;

  constructor(
    private readonly keep: (belongings: Belongings) => void,
    private belongings: Belongings = NOTHING,
  ) {}

  get alerts(): readonly PriceAlert[] {
    return this.belongings.alerts;
  }

  get settings(): Readonly<Record<string, unknown>> {
    return this.belongings.settings;
  }

  /** Sets an alert; one for the same price is replaced. @returns whether there was room for it */
  setAlert(alert: PriceAlert): boolean {
    return this.change({ alerts: [...this.others(alert), alert] });
  }

  /** @returns whether there was one */
  dropAlert(alert: Pick<PriceAlert, 'symbol' | 'price'>): boolean {
    const others = this.others(alert);
    const had = others.length < this.alerts.length;
    if (had) this.change({ alerts: others });
    return had;
  }

  /** These alerts ring: so often less they will ring again. @returns them as they are then, with 0 those that are gone */
  countDown(isRung: (alert: PriceAlert) => boolean): PriceAlert[] {
    const counted = this.alerts.map((alert) => (isRung(alert) ? { ...alert, count: alert.count - 1 } : alert));
    const rung = counted.filter((alert, at) => alert !== this.alerts[at]);
    if (rung.length > 0) this.change({ alerts: counted.filter(({ count }) => count > 0) });
    return rung;
  }

  /** @returns whether there was room for them */
  setSettings(settings: Readonly<Record<string, unknown>>): boolean {
    return this.change({ settings: { ...this.settings, ...settings } });
  }

  dropSettings(keys: readonly string[]): void {
    this.change({ settings: Object.fromEntries(Object.entries(this.settings).filter(([key]) => !keys.includes(key))) });
  }

  noteLogin(at: number, what: string): void {
    this.note(this.logins, LOGINS_KEPT, at, what);
  }

  noteChange(at: number, what: string): void {
    this.note(this.changes, CHANGES_KEPT, at, what);
  }

  private others({ symbol, price }: Pick<PriceAlert, 'symbol' | 'price'>): PriceAlert[] {
    return this.alerts.filter((one) => one.symbol !== symbol || one.price !== price);
  }

  private change(change: Partial<Belongings>): boolean {
    const changed = { ...this.belongings, ...change };
    if (JSON.stringify(changed).length > MOST) return false;
    this.belongings = changed;
    this.keep(changed);
    return true;
  }

  private note(list: Note[], kept: number, at: number, what: string): void {
    list.push({ id: ++this.lastId, at, what });
    if (list.length > kept) list.shift();
  }
}
