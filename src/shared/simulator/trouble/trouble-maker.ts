import type { Stop } from '../../core/clock';
import type { FrameFault } from './frame-fault';
import type { RestFault } from './rest-fault';
import type { RestWish } from './rest-trouble';
import type { FrameWish } from './socket-trouble';
import type { Spell } from './spell';

/** What troubles that pass are made of: the faults of an exchange. */
export interface TroubleMaker {
  dropSockets(code?: number): number;
  halfOpen(): number;
  dropHalfOpen(): void;
  refuse(ms: number): Stop;
  restart(): Stop;
  info(code: number, text: string): void;
  maintenance(on: boolean): void;
  slow(ms: number, jitterMs: number): Stop;
  slowRest(ms: number, jitterMs: number): Stop;
  failRest(fault: RestFault, wish: RestWish): Spell;
  failFrame(fault: FrameFault, wish: FrameWish): Spell;
  failAuth(code: number, text: string, times: number, onHit: () => void): Spell;
  readLag(ms: number): Stop;
  skew(ms: number): Stop;
  spoilBooks(): Stop;
  /** Multiplies the prices within about so many ms. */
  shock(factor: number, overMs: number): void;
}

/** A trouble with a beginning and an end. */
export interface PassingTrouble {
  /** What it does, in plain words. */
  readonly effect: string;
  /** When it ends by itself at the latest, ms. */
  readonly lastsMs: number;
  /** @param over it has done its work before its time @returns ends it */
  begin(trouble: TroubleMaker, over: () => void): Stop;
  /** Only for markets whose prices can be moved. */
  readonly moves?: true;
}
