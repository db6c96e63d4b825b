import type { Node, NodeAPI, NodeDef } from 'node-red';
import { hub } from '../../shared/link/hub';
import { serveSymbols } from '../../shared/red/admin';
import { readAccount, type AccountContext } from '../../shared/red/account';
import type { AccountNode } from '../../shared/red/account-user';
import type { Credentials } from '../../shared/red/api-key';
import { debugLine } from '../../shared/red/debug-line';
import type { Saved } from '../../shared/red/fields';
import { serveMetrics } from '../../shared/red/metrics-endpoint';
import { servePanel } from '../../shared/red/panel';
import { servePractice } from '../../shared/red/practice-endpoint';

/** The account: says where the exchange is. It never connects by itself; the first node that uses it does. */
export default function (RED: NodeAPI): void {
  const { bitfinexHosts, userDir } = RED.settings as unknown as { bitfinexHosts?: unknown; userDir?: string };
  const allowedHosts = [bitfinexHosts].flat().filter((host) => typeof host === 'string');

  /** Read from where Node-RED keeps them at every call, so that a changed key or variable counts at once. */
  const credentialsOf = (node: Node, id: string): Credentials => ({
    stored: () => (RED.nodes.getCredentials(id) ?? {}) as Saved,
    variable: (name) => RED.util.getSetting(node, name) as string | undefined,
  });

  function construct(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    // whoever prints or copies the node must not get the key with it
    delete (this as { credentials?: unknown }).credentials;
    const context: AccountContext = {
      id: this.id,
      allowedHosts,
      userDir,
      report: (text) => this.log(text),
      // an account inside a subflow has the credentials of its original
      credentials: credentialsOf(this, (definition as { _alias?: string })._alias ?? this.id),
      hear: (outcome) => this.log(debugLine(outcome)),
    };
    (this as AccountNode).readAccount = () => readAccount(definition as unknown as Saved, context);
  }
  RED.nodes.registerType('bitfinex-account', construct, { credentials: { apiKey: { type: 'password' }, apiSecret: { type: 'password' } } });

  hub().listenTo(RED.events);
  serveSymbols(RED);
  serveMetrics(RED);
  servePanel(RED);
  servePractice(RED);
}
