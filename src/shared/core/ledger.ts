import { CHANNELS_PER_SOCKET } from './limits';

/** What the pool must do next; the ledger only decides, it never sends. */
export type LedgerCommand =
  | { readonly kind: 'open'; readonly socket: number }
  | { readonly kind: 'close'; readonly socket: number }
  | { readonly kind: 'subscribe'; readonly socket: number; readonly key: string }
  | { readonly kind: 'unsubscribe'; readonly socket: number; readonly chanId: number };

/**
 * One channel on one socket: asked for; live under an id; leaving (unsubscribe sent, id still taken). A slot counts
 * against the socket's limit in each of these states.
 */
interface Slot {
  state: 'asked' | 'live' | 'leaving';
  chanId: number | undefined;
}

interface Socket {
  open: boolean;
  capacity: number;
  readonly slots: Map<string, Slot>;
}

/**
 * The subscription ledger: knows which channels are wanted and where each one stands, and says what closes the
 * difference. Tell it what happened, then carry out {@link next}. Channel ids mean something on their own socket only.
 */
export class Ledger {
  private readonly wanted = new Set<string>();
  /** Wanted but refused by the exchange: not asked again before somebody wants it anew. */
  private readonly refused = new Set<string>();
  private readonly sockets = new Map<number, Socket>();
  /** Acknowledged but unknown here: to be given back. */
  private readonly strays: { socket: number; chanId: number }[] = [];
  private lastSocket = 0;

  want(key: string): void {
    this.wanted.add(key);
    this.refused.delete(key);
  }

  unwant(key: string): void {
    this.wanted.delete(key);
    this.refused.delete(key);
  }

  opened(socket: number): void {
    const entry = this.sockets.get(socket);
    if (entry !== undefined) entry.open = true;
  }

  /** The line is gone and with it everything that was subscribed on it; the socket is being opened again. */
  lost(socket: number): void {
    const entry = this.sockets.get(socket);
    if (entry === undefined) return;
    entry.open = false;
    entry.capacity = CHANNELS_PER_SOCKET;
    entry.slots.clear();
  }

  /** The exchange acknowledged: answers come in any order, and maybe for something given up meanwhile. Is the channel ours under this id? */
  subscribed(socket: number, key: string, chanId: number): boolean {
    const slot = this.sockets.get(socket)?.slots.get(key);
    if (slot?.state === 'asked') Object.assign(slot, { state: 'live', chanId });
    else if (slot?.chanId !== chanId) this.strays.push({ socket, chanId });
    return slot?.state === 'live' && slot.chanId === chanId;
  }

  /** Confirmed, or refused because it was not subscribed: the id is free either way. Answers the key it had. */
  unsubscribed(socket: number, chanId: number): string | undefined {
    const slots = this.sockets.get(socket)?.slots;
    for (const [key, slot] of slots ?? []) {
      if (slot.chanId !== chanId) continue;
      slots?.delete(key);
      return key;
    }
    return undefined;
  }

  /** The exchange does not have this channel: only its users are told, the socket goes on. */
  refuse(socket: number, key: string): void {
    this.forget(socket, key);
    if (this.wanted.has(key)) this.refused.add(key);
  }

  /** The exchange says that this socket is full (10305): believe it, and place the channel elsewhere. */
  full(socket: number, key: string): void {
    this.forget(socket, key);
    const entry = this.sockets.get(socket);
    if (entry !== undefined) entry.capacity = Math.min(entry.capacity, Math.max(1, entry.slots.size));
  }

  /** No answer came in time, or the request never left: ask again. */
  forget(socket: number, key: string): void {
    this.sockets.get(socket)?.slots.delete(key);
  }

  /** Gives a live channel back so that it is asked for anew, for a fresh snapshot. Answers the command to carry out. */
  renew(key: string): LedgerCommand | undefined {
    for (const [socket, { slots }] of this.sockets) {
      const slot = slots.get(key);
      if (slot?.state === 'live') return leave(socket, slot);
    }
    return undefined;
  }

  /** Is the channel on a socket, in whatever state? */
  isPlaced(key: string): boolean {
    return [...this.sockets.values()].some(({ slots }) => slots.has(key));
  }

  /** What must be done now, as commands that count as begun once they are returned. */
  next(): LedgerCommand[] {
    const commands: LedgerCommand[] = [];
    for (const { socket, chanId } of this.strays.splice(0)) commands.push({ kind: 'unsubscribe', socket, chanId });
    for (const [socket, { slots }] of this.sockets) {
      for (const [key, slot] of slots) if (slot.state === 'live' && !this.wanted.has(key)) commands.push(leave(socket, slot));
    }
    const homeless = this.homeless();
    commands.push(...this.place(homeless), ...this.openFor(homeless), ...this.closeEmpty(homeless.length > 0));
    return commands;
  }

  /** Wanted, not refused, and on no socket in any state. A leaving channel must be gone before it is asked for again. */
  private homeless(): string[] {
    const placed = new Set([...this.sockets.values()].flatMap(({ slots }) => [...slots.keys()]));
    return [...this.wanted].filter((key) => !placed.has(key) && !this.refused.has(key));
  }

  /** Takes from `homeless` what fits on open sockets. */
  private place(homeless: string[]): LedgerCommand[] {
    const commands: LedgerCommand[] = [];
    for (const [socket, entry] of this.sockets) {
      while (entry.open && entry.slots.size < entry.capacity) {
        const key = homeless.shift();
        if (key === undefined) return commands;
        entry.slots.set(key, { state: 'asked', chanId: undefined });
        commands.push({ kind: 'subscribe', socket, key });
      }
    }
    return commands;
  }

  /** As many new sockets as the rest needs beyond those that are opening already. */
  private openFor(homeless: readonly string[]): LedgerCommand[] {
    const opening = [...this.sockets.values()].filter(({ open }) => !open).length;
    const missing = Math.ceil(homeless.length / CHANNELS_PER_SOCKET) - opening;
    return Array.from({ length: Math.max(0, missing) }, () => {
      const socket = ++this.lastSocket;
      this.sockets.set(socket, { open: false, capacity: CHANNELS_PER_SOCKET, slots: new Map() });
      return { kind: 'open' as const, socket };
    });
  }

  private closeEmpty(someWait: boolean): LedgerCommand[] {
    const empty = [...this.sockets].filter(([, { open, slots }]) => slots.size === 0 && (open || !someWait));
    return empty.map(([socket]) => {
      this.sockets.delete(socket);
      return { kind: 'close' as const, socket };
    });
  }
}

function leave(socket: number, slot: Slot): LedgerCommand {
  slot.state = 'leaving';
  return { kind: 'unsubscribe', socket, chanId: slot.chanId as number };
}
