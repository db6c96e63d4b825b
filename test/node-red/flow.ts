import type { FlowNode } from './child';

/** Flows as an editor would save them. */
export const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'test' };

/** An account that points at an exchange on this machine. */
export function account(id: string, { rest, ws }: { rest: string; ws: string }): FlowNode {
  return { id, type: 'bitfinex-account', name: `account ${id}`, environment: 'custom', restUrl: rest, wsUrl: ws, version: 1 };
}

/** A node without coordinates would be a config node. */
export const PLACE = { z: 'tab', x: 100, y: 100 };

type Settings = Readonly<Record<string, unknown>>;

const DEFAULTS: Readonly<Record<'ticker' | 'trades' | 'book', Settings>> = {
  ticker: { source: 'ticker', interval: 0, onlyChanged: '' },
  trades: { batch: false, interval: 1000 },
  book: { precision: 'P0', depth: '25', frequency: 'F0', output: 'book', emit: 'live', interval: 0, slippageSize: '' },
};

/** A stream node and its own collector, tagged with the node's id; an interval of 0 unless set. */
export function stream(kind: 'ticker' | 'trades' | 'book', id: string, symbols: string, settings: Settings = {}, collector: Settings = {}): FlowNode[] {
  const { account = 'account', ...rest } = settings;
  return [
    { id, type: `bitfinex-${kind}-stream`, ...PLACE, name: '', account, symbols, version: 1, ...DEFAULTS[kind], ...rest, wires: [[`${id} out`]] },
    { id: `${id} out`, type: 'test-collector', ...PLACE, tag: id, ...collector, wires: [] },
  ];
}

/** Whatever goes wrong on the tab, tagged `errors`. */
export function catchAll(): FlowNode[] {
  return [
    { id: 'catch all', type: 'catch', ...PLACE, name: '', scope: null, uncaught: false, wires: [['errors']] },
    { id: 'errors', type: 'test-collector', ...PLACE, tag: 'errors', wires: [] },
  ];
}
