import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createContext, runInContext } from 'node:vm';

export const ROOT = resolve(__dirname, '../..');
export const STEMS = ['account', 'ticker-stream', 'trades-stream', 'book-stream', 'candles', 'status-stream', 'symbols', 'request', 'maintenance-watch'] as const;
export const LANGUAGES = ['en-US', 'sv'] as const;
export type Stem = (typeof STEMS)[number];
export type Language = (typeof LANGUAGES)[number];

export const textOf = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
export const html = (stem: Stem): string => textOf(`src/nodes/${stem}/${stem}.html`);
export const help = (stem: Stem, language: Language): string => textOf(`src/nodes/${stem}/locales/${language}/${stem}.html`);
/** What the forms share, and what the request node adds to it. */
export const editorScript = (): string => ['editor', 'request'].map((name) => textOf(`resources/bitfinex-${name}.js`)).join('\n');

/** Words by their full key: `status.live` -> `live`. */
export function words(stem: Stem, language: Language): Map<string, string> {
  const flat = new Map<string, string>();
  const walk = (value: unknown, key: string): void => {
    if (typeof value === 'string') flat.set(key, value);
    else for (const [name, inner] of Object.entries(value as object)) walk(inner, key === '' ? name : `${key}.${name}`);
  };
  walk(JSON.parse(textOf(`src/nodes/${stem}/locales/${language}/${stem}.json`)), '');
  return flat;
}

export interface Definition {
  category: string;
  icon?: string;
  inputs?: number;
  outputs?: number;
  outputLabels?: (this: unknown, index: number) => string;
  inputLabels?: (this: unknown) => string;
  label?: (this: unknown) => string;
  paletteLabel: string | (() => string);
  defaults: Record<string, { value: unknown; type?: string; required?: boolean; validate?: (this: unknown, value: unknown, options: object) => unknown }>;
}

/** What a form registers with the editor, and the functions that the forms share. */
export function registered(stem: Stem): { type: string; definition: Definition } {
  const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html(stem))?.[1] ?? '';
  let found: { type: string; definition: Definition } | undefined;
  const registerType = (type: string, definition: Definition): void => void (found = { type, definition });
  const field = { length: 0, data: (): undefined => undefined };
  const context = createContext({ RED: { nodes: { registerType } }, $: () => field, URL });
  runInContext(editorScript(), context);
  runInContext(script, context);
  if (found === undefined) throw new Error(`${stem}.html registers nothing`);
  return found;
}

/** What the form says to a value: `true`, or the key of the reason. */
export function verdict(stem: Stem, property: string, value: unknown, others: Record<string, unknown> = {}): unknown {
  const { definition } = registered(stem);
  const node = { id: 'node', ...others, _def: { ...definition, _: (key: string) => key } };
  return definition.defaults[property]?.validate?.call(node, value, {});
}
