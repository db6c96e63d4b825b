/** The module comes without types. Of a histogram with labels it makes one without: its lines are read by hand. */
declare module 'parse-prometheus-text-format' {
  interface Family {
    readonly name: string;
    readonly help: string;
    readonly type: string;
    readonly metrics: readonly { readonly labels?: Readonly<Record<string, string>>; readonly value?: string }[];
  }
  export default function parsePrometheusTextFormat(text: string): Family[];
}
