import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../core/clock';
import type { CandleDesk } from '../markets/candle-desk';
import type { Liquidations } from '../markets/liquidations';
import { answerRest } from './rest';
import { failed } from './rest-answer';
import { Calls, callOf, readBody, type RestCall } from './rest-call';
import { deliver, send, type Reply } from '../trouble/rest-fault';
import { RestGate, type Breach, type RestLimits } from './rest-limits';
import type { MarketSource } from '../markets/source';
import type { PrivateSide } from '../trading/private-side';
import { UNKNOWN_ERROR } from '../trading/orders/unknown-error';
import type { Trouble } from '../trouble/trouble';

/** What the REST side needs of its exchange. */
export interface RestServerHost {
  readonly clock: Clock;
  readonly source: MarketSource;
  readonly desk: CandleDesk;
  readonly liquidations: Liquidations;
  readonly seed: number;
  readonly trouble: Trouble;
  readonly limits: RestLimits | undefined;
  readonly recorded: ReadonlyMap<string, string>;
  readonly accounts: PrivateSide;
}

/** A REST call's way: written down, counted, troubled, answered. */
export class RestServer {
  private readonly calls = new Calls();
  private readonly gate: RestGate;

  constructor(private readonly host: RestServerHost) {
    this.gate = new RestGate(host.limits, host.clock);
  }

  get list(): readonly RestCall[] {
    return this.calls.list;
  }

  get breaches(): readonly Breach[] {
    return this.gate.breaches;
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    response.on('error', () => undefined);
    // by the exchange's own clock, which may be wrong
    response.setHeader('date', new Date(this.host.clock.now()).toUTCString());
    readBody(request, (body) => {
      try {
        this.answer(callOf(request, body, this.host.clock.now()), response);
      } catch {
        // Node-RED, in whose process it runs, must live whatever a stranger sends
        if (response.headersSent) response.destroy();
        else send(response, failed(UNKNOWN_ERROR.text, UNKNOWN_ERROR.code));
      }
    });
  }

  private answer(call: RestCall, response: ServerResponse): void {
    const { trouble, clock } = this.host;
    this.calls.add(call);
    // the limit stands before everything else, so a test with faults still sees who calls too often
    const fault = this.gate.refuses(call) ?? trouble.takeRest(call);
    if (fault === undefined) send(response, this.truth(call));
    else deliver(fault, response, () => this.truth(call), clock);
  }

  private truth(call: RestCall): Reply {
    const { clock, trouble, ...host } = this.host;
    return answerRest({ ...host, now: clock.now(), inMaintenance: trouble.inMaintenance, isOperative: trouble.isOperative, readLagMs: trouble.readLagMs }, call);
  }
}
