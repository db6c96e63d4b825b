/** CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320), the one of zlib. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Feeds the ASCII `text` into a running CRC; start with `-1`, finish with `~`. */
export function feedCrc32(crc: number, text: string): number {
  for (let at = 0; at < text.length; at++) crc = (TABLE[(crc ^ text.charCodeAt(at)) & 0xff] as number) ^ (crc >>> 8);
  return crc;
}

/** The signed CRC-32 of an ASCII text, as the exchange prints it (bitfinex-v2.md 4.1). */
export const crc32 = (text: string): number => ~feedCrc32(-1, text);
