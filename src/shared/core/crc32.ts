/** CRC-32 (IEEE 802.3, reflected polynomial 0xEDB88320), the one of zlib. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** Feeds one ASCII character into a running CRC; start with `-1`, finish with `~`. */
export const feedCode = (crc: number, code: number): number => (TABLE[(crc ^ code) & 0xff] as number) ^ (crc >>> 8);

/** Feeds the ASCII `text`. */
export function feedCrc32(crc: number, text: string): number {
  for (let at = 0; at < text.length; at++) crc = feedCode(crc, text.charCodeAt(at));
  return crc;
}

/** The signed CRC-32 of an ASCII text, as the exchange prints it (bitfinex-v2.md 4.1). */
export const crc32 = (text: string): number => ~feedCrc32(-1, text);

const [MINUS, POINT, ZERO] = [45, 46, 48];

/** Below this JavaScript writes an exponent. */
const LEAST_PLAIN = 1e-6;

/** Any decimal of at most 15 digits is the shortest text of its double. */
const EXACT_BELOW = 1e15;

/**
 * Feeds `String(value)`. Making that text of a double costs more than all else in a checksum, so integers and numbers of
 * at most eight decimals, which is nearly every id, price and amount, are fed digit by digit instead.
 */
export function feedNumber(crc: number, value: number): number {
  const size = Math.abs(value);
  const whole = Math.floor(size);
  const scaled = whole === size ? 0 : Math.round(size * 1e8);
  const isPlain = whole === size ? Number.isSafeInteger(size) : scaled < EXACT_BELOW && scaled / 1e8 === size && size >= LEAST_PLAIN;
  if (!isPlain) return feedCrc32(crc, String(value));
  if (value < 0) crc = feedCode(crc, MINUS);
  crc = feedWhole(crc, whole);
  return whole === size ? crc : feedDigits(feedCode(crc, POINT), scaled - whole * 1e8, 1);
}

function feedWhole(crc: number, whole: number): number {
  if (whole >= 1e8) {
    const front = Math.floor(whole / 1e8);
    return feedDigits(feedWhole(crc, front), whole - front * 1e8, 8);
  }
  let digits = 8;
  for (; whole < 1e7 && digits > 1; digits--) whole *= 10;
  return feedDigits(crc, whole, digits);
}

/** Feeds a number of eight places from its front, `least` digits and then until only zeros are left. */
function feedDigits(crc: number, number: number, least: number): number {
  let rest = number | 0;
  for (let at = 0; rest > 0 || at < least; at++) {
    const digit = (rest / 1e7) | 0;
    crc = feedCode(crc, ZERO + digit);
    rest = (rest - digit * 1e7) * 10;
  }
  return crc;
}
