import type { NodeAPI } from 'node-red';
import { hub } from '../link/hub';
import { metricsText } from '../link/metrics';

/** The text format that every Prometheus reads. */
const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET bitfinex/metrics`: the metrics of this process, for Prometheus. With adminAuth it takes a token. */
export function serveMetrics(RED: NodeAPI): void {
  RED.httpAdmin.get('/bitfinex/metrics', RED.auth.needsPermission('bitfinex-account.read'), (_request, response) => {
    metricsText(hub().samples()).then(
      (text) => response.writeHead(200, { 'Content-Type': CONTENT_TYPE }).end(text),
      () => response.sendStatus(500),
    );
  });
}
