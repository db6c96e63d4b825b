import type { Floor, Heard } from './floor';

/**
 * What the floor's clients heard since the last time, short: orders with their status, wallets as far as they can be
 * spent (`USD ...` where that is not told yet), trades with amount and price.
 */
export function told(floor: Floor): string[] {
  return floor.heard.splice(0).map(short);
}

const short = ({ type, row }: Heard): string => [type, ...(FACTS[type]?.(row) ?? [])].join(' ');

const orderFacts = (row: readonly unknown[]): unknown[] => [row[8], row[13]];

const FACTS: Readonly<Record<string, (row: readonly unknown[]) => unknown[]>> = {
  on: orderFacts,
  ou: orderFacts,
  oc: orderFacts,
  te: (row) => [row[4], row[5]],
  tu: (row) => [row[9], row[10]],
  wu: (row) => [row[1], row[4] ?? '...'],
  n: (row) => [row[1], row[6], row[7]],
};
