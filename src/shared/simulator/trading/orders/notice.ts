import { notification } from '../../../wire/notification';
import type { Reply } from './reply';

/**
 * The notification that answers a command, as the socket sends it or as REST answers it (bitfinex-v2.md 5.8, 6.2, 8.6).
 * `now`: UTC ms; REST tells the time of a new order in seconds. The socket's `on-req` has one row (of an OCO pair the
 * limit order), REST a list.
 */
export function noticeRow(reply: Reply, via: 'socket' | 'rest', now: number): unknown[] {
  const { type, status, orders } = reply;
  const isRestSubmit = via === 'rest' && type === 'on-req';
  return notification.encode({
    time: isRestSubmit ? Math.floor(now / 1000) : now,
    type,
    messageId: null,
    info: infoOf(reply, via, now),
    code: null,
    status,
    text: isRestSubmit && status === 'SUCCESS' ? `Submitting ${orders.length} orders.` : reply.text,
  });
}

function infoOf({ type, orders, parts }: Reply, via: 'socket' | 'rest', now: number): unknown {
  if (parts !== undefined) return parts.map((part) => noticeRow(part, via, now));
  const isList = type === 'oc_multi-req' || (via === 'rest' && type === 'on-req');
  return isList ? orders : (orders[0] ?? null);
}
