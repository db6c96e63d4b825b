import { systemClock } from '../../src/shared/link/clock';
import { Limiter } from '../../src/shared/link/limiter';
import { RestLane } from '../../src/shared/link/rest-lane';
import { openSocket } from '../../src/shared/link/socket';

/** Reads over https and listens over wss, through the proxy of the environment; NODE_EXTRA_CA_CERTS counts at a start only. */
const [rest, ws] = process.argv.slice(2) as [string, string];
const lane = new RestLane({ clock: systemClock, limiter: new Limiter(systemClock), addresses: async () => ({ rest }) });

void lane.read('platform/status').then((status) => {
  const line = openSocket(ws, {
    opened: () => undefined,
    text: (text) => {
      console.log(JSON.stringify({ status, text }));
      line.end();
      lane.end();
    },
    closed: (reason) => console.log(JSON.stringify({ status, reason })),
  });
});
