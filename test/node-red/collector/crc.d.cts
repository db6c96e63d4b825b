export function checksumOf(book: { bids: number[][]; asks: number[][] }, raw: boolean): number;
export function crc32(text: string): number;
