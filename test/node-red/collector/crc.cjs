'use strict';
/** The book checksum by the exchange's description, written apart from the package so that it can judge it. */

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

function crc32(text) {
  let crc = -1;
  for (let at = 0; at < text.length; at++) crc = (crc >>> 8) ^ TABLE[(crc ^ text.charCodeAt(at)) & 255];
  return ~crc;
}

/** Best 25 of each side, alternating: price (raw books: order id) and amount, asks negative; a signed number. */
function checksumOf({ bids, asks }, raw) {
  const parts = [];
  for (let at = 0; at < 25; at++) {
    const bid = bids[at];
    const ask = asks[at];
    if (bid !== undefined) parts.push(raw ? bid[2] : bid[0], bid[1]);
    if (ask !== undefined) parts.push(raw ? ask[2] : ask[0], -ask[1]);
  }
  return crc32(parts.join(':'));
}

module.exports = { checksumOf, crc32 };
