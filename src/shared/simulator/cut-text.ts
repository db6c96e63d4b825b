/** The beginning of a text, as a copy: what `slice` gives of a long text keeps all of it in memory. */
export const cutText = (text: string, most: number): string => (text.length <= most ? text : Buffer.from(text.slice(0, most)).toString());
