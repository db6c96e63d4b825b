'use strict';
/**
 * What happens in the child, told to the parent over the IPC channel: messages, statuses, log entries and the start of
 * flows in one order. Sent in batches, so that telling does not slow down what is told.
 */
let queue = [];
let isWaiting = false;

/** Milliseconds of the machine's monotonic clock: comparable between processes. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

function post(kind, value) {
  queue.push({ kind, at: now(), ...value });
  if (isWaiting) return;
  isWaiting = true;
  setTimeout(flush, 5);
}

function flush() {
  isWaiting = false;
  const batch = queue;
  queue = [];
  try {
    process.send(batch);
  } catch {
    for (const event of batch) sendAlone(event);
  }
}

/** One message that is no JSON must not take the others with it. */
function sendAlone(event) {
  try {
    process.send([event]);
  } catch (error) {
    process.send([{ ...event, msg: { notJson: String(error) } }]);
  }
}

// without its parent a child has no purpose
if (process.send !== undefined) process.once('disconnect', () => process.exit());

module.exports = { post, flush };
