import { unifiedSymbol } from '../core/symbol';
import { BitfinexError } from '../core/errors';
import type { Some } from '../link/market-data';
import type { GetAnswer, GetRequest } from './stream-kind';

/**
 * Answers a `get` with one message for each id, in their order.
 * @throws BitfinexError SYMBOL_UNKNOWN for `ALL`
 */
export async function eachApart<Options>({ ids, all }: GetRequest<Options>, answer: (id: string) => Promise<Omit<GetAnswer, 'id'>>): Promise<GetAnswer[]> {
  // hundreds of calls would keep everybody else waiting for minutes
  if (all) throw new BitfinexError('SYMBOL_UNKNOWN', '"ALL" works only where one call answers for all');
  return Promise.all(ids.map(async (id) => ({ id, ...(await answer(id)) })));
}

/**
 * Answers a `get` with one message about all ids: the thing itself where one was asked for, otherwise a list.
 * @throws BitfinexError SYMBOL_UNKNOWN when the exchange leaves out one that was asked for
 */
export async function allInOne<Options, Item>(
  { ids, all, single }: Pick<GetRequest<Options>, 'ids' | 'all' | 'single'>,
  read: (ids: readonly string[] | 'ALL') => Promise<Some<Item>>,
  unify: (item: Item) => unknown,
): Promise<GetAnswer[]> {
  const { found, missing } = await read(all ? 'ALL' : ids);
  if (missing.length > 0 && !all) throw new BitfinexError('SYMBOL_UNKNOWN', `the exchange has nothing about ${missing.slice(0, 5).map(unifiedSymbol).join(', ')}${missing.length > 5 ? ', ...' : ''}`);
  const payload = found.map(unify);
  const [id] = ids;
  return single && id !== undefined ? [{ id, payload: payload[0] }] : [{ payload }];
}
