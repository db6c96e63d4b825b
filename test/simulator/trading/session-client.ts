import type { Client } from '../client';

/** Types of the account's messages so far, oldest first. */
export const typesOf = (client: Client): unknown[] => client.of(0).map(([, type]) => type);

/** The payloads of the account's messages of a type. */
export const rowsOf = (client: Client, type: string): unknown[][] => client.of(0).filter((frame) => frame[1] === type).map((frame) => frame[2] as unknown[]);

/** Waits until a notification of this type has come, and gives the last one. */
export async function notice(client: Client, type: string, count = 1): Promise<unknown[]> {
  await client.until(() => rowsOf(client, 'n').filter((row) => row[1] === type).length >= count);
  return rowsOf(client, 'n').findLast((row) => row[1] === type) as unknown[];
}

/** Everything that was sent to this socket has come: an answer to a ping is behind it. */
export async function caughtUp(client: Client): Promise<void> {
  const cid = Math.floor(Math.random() * 1e9);
  client.send({ event: 'ping', cid });
  await client.event((frame) => frame['cid'] === cid);
}
