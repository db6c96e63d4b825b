'use strict';
/**
 * Loaded into a Node-RED child before anything else: measures how late its event loop is. `{ lag: 'begin' }` begins, and
 * `{ lag: 'end' }` tells p99 and maximum as a message with the tag `lag`; `{ lag: 'block', ms }` blocks the loop.
 */
const { monitorEventLoopDelay } = require('node:perf_hooks');

const EVERY_MS = 10;
const histogram = monitorEventLoopDelay({ resolution: EVERY_MS });

process.on('message', ({ lag, ms }) => {
  if (lag === 'begin') histogram.reset();
  if (lag === 'begin') histogram.enable();
  if (lag === 'end') {
    histogram.disable();
    // the histogram counts the whole time between two ticks
    const late = (value) => value / 1e6 - EVERY_MS;
    process.send([{ kind: 'message', at: 0, node: 'lag', tag: 'lag', msg: { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), max: late(histogram.max) } }]);
  }
  if (lag === 'block') for (const end = Date.now() + ms; Date.now() < end; );
});
