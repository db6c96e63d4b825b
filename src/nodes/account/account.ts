import type { Node, NodeAPI, NodeDef } from 'node-red';
import { hub } from '../../shared/link/hub';
import { serveSymbols } from '../../shared/red/admin';
import { readAccount, type Account } from '../../shared/red/account';
import type { Saved } from '../../shared/red/fields';

/** The account: says where the exchange is. It never connects by itself; the first node that uses it does. */
export default function (RED: NodeAPI): void {
  const { bitfinexHosts } = RED.settings as unknown as { bitfinexHosts?: unknown };
  const allowedHosts = [bitfinexHosts].flat().filter((host) => typeof host === 'string');

  RED.nodes.registerType('bitfinex-account', function (this: Node & { readAccount(): Account }, definition: NodeDef) {
    RED.nodes.createNode(this, definition);
    this.readAccount = () => readAccount(definition as unknown as Saved, { id: this.id, allowedHosts, report: (text) => this.log(text) });
  });

  hub().listenTo(RED.events);
  serveSymbols(RED);
}
