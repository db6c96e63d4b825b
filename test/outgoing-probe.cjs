'use strict';
/** With `node --require`: writes a line to stderr for whatever the process contacts, `outgoing HOST:PORT`. */
const dgram = require('node:dgram');
const dns = require('node:dns');
const net = require('node:net');

const say = (what) => process.stderr.write(`outgoing ${what}\n`);

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...given) {
  const [options] = given.flat();
  say(typeof options === 'object' && options !== null ? (options.path ?? `${options.host ?? 'localhost'}:${options.port}`) : String(options));
  return connect.apply(this, given);
};

const { createSocket } = dgram;
dgram.createSocket = (...given) => {
  say('a datagram socket');
  return createSocket(...given);
};

for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  const ask = dns[name];
  dns[name] = (host, ...rest) => {
    if (net.isIP(host) === 0 && host !== 'localhost') say(`the name ${host}`);
    return ask(host, ...rest);
  };
}
