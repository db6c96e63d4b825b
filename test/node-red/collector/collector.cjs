'use strict';
/** Node types that only tests have, and the child's ears: what the parent asks is answered here. */
const path = require('node:path');
const { post, flush } = require('./post.cjs');

module.exports = function (RED) {
  /** Tells the parent every message; with `reducer` (a file of this folder) only what that makes of them. */
  function Collector(config) {
    RED.nodes.createNode(this, config);
    const tag = config.tag || config.id;
    const tell = (msg) => post('message', { node: config.id, tag, msg });
    const hear = config.reducer ? require(path.resolve(__dirname, config.reducer))(tell, config) : tell;
    this.on('input', (msg, _send, done) => {
      hear(msg);
      done();
    });
  }
  RED.nodes.registerType('test-collector', Collector);

  /** A foreign node that holds up a deploy. */
  function SlowClose(config) {
    RED.nodes.createNode(this, config);
    this.on('close', (done) => setTimeout(done, Number(config.closeMs)));
  }
  RED.nodes.registerType('test-slow-close', SlowClose);

  RED.events.on('node-status', ({ id, status }) => post('status', { node: id, status }));
  RED.events.on('flows:stopping', () => post('flows', { state: 'stopping' }));
  RED.events.on('flows:started', () => post('flows', { state: 'started' }));
  if (RED.server.listening) tellPort();
  else RED.server.once('listening', tellPort);

  function tellPort() {
    post('listening', { port: RED.server.address().port });
  }

  const commands = {
    memory() {
      // a second round takes what the first one's finalizers let go
      for (let round = 0; round < 2; round++) globalThis.gc?.();
      return { ...process.memoryUsage(), cpu: process.cpuUsage() };
    },
    resources() {
      const counts = {};
      for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
      return counts;
    },
    inject({ node, msg }) {
      const target = RED.nodes.getNode(node);
      if (!target) throw new Error(`no node ${node}`);
      target.receive(msg);
    },
    /** Everything told before this answer has arrived. */
    sync() {},
  };

  process.on('message', ({ call, id, ...rest }) => {
    if (id === undefined) return;
    let answer;
    try {
      answer = { value: commands[call](rest) };
    } catch (error) {
      answer = { error: error.message };
    }
    post('answer', { id, ...answer });
    flush();
  });
};
