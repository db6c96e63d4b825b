'use strict';
/** What matters of each book message: which frame it belongs to, what it claims, and the checksum of what it shows. */
const { checksumOf } = require('./crc.cjs');

module.exports = (tell, { raw }) => ({ payload, bitfinex }) =>
  tell({ nonce: payload.nonce, verified: bitfinex.verified, state: bitfinex.state, crc: checksumOf(payload, raw) });
