/**
 * Where a price stands, or would stand, in a list that goes from the best to the worst. Of several equal prices it is the
 * first one's place. Nothing before `from` is looked at.
 */
export function placeOf(levels: readonly { readonly price: number }[], price: number, descending: boolean, from = 0): number {
  let low = from;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = (levels[middle] as { readonly price: number }).price;
    if (descending ? other > price : other < price) low = middle + 1;
    else high = middle;
  }
  return low;
}
