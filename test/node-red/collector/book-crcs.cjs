'use strict';
/**
 * Reduces books to the checksum of their best 25 levels, computed here and not by the package; consecutive equal ones
 * count once. Told in blocks: at 2,000 checksums, and when a message with `flush` comes.
 */
const { checksumOf } = require('./crc.cjs');

module.exports = (tell, { raw }) => {
  let crcs = [];
  const counts = { messages: 0, verified: 0, notLive: 0 };
  let last;
  const flush = () => {
    tell({ crcs, ...counts });
    crcs = [];
  };
  return ({ payload, bitfinex, flush: wanted }) => {
    if (wanted) return flush();
    counts.messages++;
    if (bitfinex.verified === true) counts.verified++;
    if (bitfinex.state !== 'live') counts.notLive++;
    const crc = checksumOf(payload, raw);
    if (crc === last) return;
    last = crc;
    crcs.push(crc);
    if (crcs.length >= 2000) flush();
  };
};
