import { BitfinexError } from '../core/errors';
import type { CallOptions, Params, Rest } from './rest';
import { Courier, type CourierPorts } from './rest-courier';
import type { ReadKey } from './rest-key';
import { bodyOf, checkPath, isSigned, queryOf, refuseWrite } from './rest-path';
import { Unified, type Signer } from './rest-unified';

const noKey: ReadKey = () => undefined;

/** The REST side of one set of addresses. It only reads; what would change something is refused before anything leaves. */
export class RestLane implements Rest {
  constructor(
    private readonly ports: CourierPorts,
    private readonly key: ReadKey = noKey,
    private readonly courier = new Courier(ports),
    private readonly exchange = new Unified(courier, ports.clock),
    private readonly signing = courier,
  ) {}

  /** The same lane for calls that this key signs; it is asked for at every call. Those go to another exchange where one is given. */
  signedBy(key: ReadKey, { courier }: RestLane = this): RestLane {
    return new RestLane(this.ports, key, this.courier, this.exchange, courier);
  }

  async read(path: string, params: Params = {}, options: CallOptions = {}): Promise<unknown> {
    checkPath(path);
    if (isSigned(path)) throw new BitfinexError('FIELD_INVALID', `method: "${path}" is signed, and those are read with POST`);
    const url = `/v2/${path}${queryOf(params)}`;
    return this.courier.carry({ method: 'GET', path, key: this.key, options, prepare: () => ({ url }) });
  }

  async post(path: string, params: Params = {}, options: CallOptions = {}): Promise<unknown> {
    checkPath(path);
    refuseWrite(path);
    const body = bodyOf(params);
    if (isSigned(path)) return this.exchange.post(path, params, this.signer, options);
    if (!path.startsWith('calc/')) throw new BitfinexError('FIELD_INVALID', `method: "${path}" is read with GET`);
    // one calculator reads the query, the other the body (bitfinex-v2.md 7)
    const outgoing = { url: `/v2/${path}${queryOf(params)}`, headers: { 'content-type': 'application/json' }, body };
    return this.courier.carry({ method: 'POST', path, key: this.key, options, prepare: () => outgoing });
  }

  async unified(method: string, args: readonly unknown[] = [], options: CallOptions = {}): Promise<unknown> {
    return this.exchange.call(method, args, this.signer, options);
  }

  private get signer(): Signer {
    return { key: this.key, courier: this.signing };
  }

  /** Closes what is kept open. */
  end(): void {
    this.courier.end();
  }
}
