/** Marks an integer of any size in a JSON text; a text that begins with it gets one more. */
const MARK = '~';

/** JSON that knows integers of any size: `150000000n` is `"~150000000"`. Everything else is as JSON has it. */
export const exactJson = (value: unknown): string => JSON.stringify(value, marked);

/** The value that {@link exactJson} wrote. @throws SyntaxError for what it did not write */
export const parseExact = (text: string): unknown => JSON.parse(text, unmarked) as unknown;

function marked(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${MARK}${value}`;
  return typeof value === 'string' && value.startsWith(MARK) ? `${MARK}${value}` : value;
}

function unmarked(_: string, value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
  const text = value.slice(MARK.length);
  return text.startsWith(MARK) ? text : BigInt(text);
}
