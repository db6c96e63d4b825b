import type { Candle } from '../wire/candle';

/** An ECharts candle: [start (UTC ms), open, close, low, high]; `-` is nothing. */
type Bar = (number | '-')[];

/** Green up, red down; without this ECharts draws them the other way round. */
const COLOURS = { color: '#2f9e83', color0: '#c8553d', borderColor: '#2f9e83', borderColor0: '#c8553d' };

/** Pixels beside the axes: without them the dashboard cuts the outermost labels in two. */
const GRID = { top: 14, bottom: 26, left: 8, right: 18 };

/** What ECharts needs to draw a window of candles; plain data, as it travels to the browser. */
export interface CandleChart {
  grid: typeof GRID;
  xAxis: { type: 'time'; min: number; max: number; axisLabel: { hideOverlap: true } };
  yAxis: { min: 'dataMin'; max: 'dataMax'; scale: true };
  series: { type: 'candlestick'; name: string; data: Bar[]; itemStyle: typeof COLOURS }[];
}

/**
 * ECharts options (candlestick) for the stock chart of the dashboard. What is shown has always `length` bars, empty ones in
 * front: the dashboard merges each message into the last one, so that a shorter list would keep old candles at its end. The
 * axis is one of time: the browser writes its labels in its own time zone, and gaps are seen as such.
 */
export function candleChart(name: string, candles: readonly Candle[], { length, spanMs }: { length: number; spanMs: number }): CandleChart {
  const shown = candles.slice(-length);
  const empty = Array.from({ length: length - shown.length }, (): Bar => ['-', '-', '-', '-', '-']);
  const bars = shown.map(({ timestamp, open, close, low, high }): Bar => [timestamp, open, close, low, high]);
  return {
    grid: GRID,
    // half a candle of room on each side, so that the first and the last are drawn whole
    xAxis: { type: 'time', min: (shown[0]?.timestamp ?? 0) - spanMs / 2, max: (shown.at(-1)?.timestamp ?? 0) + spanMs / 2, axisLabel: { hideOverlap: true } },
    yAxis: { min: 'dataMin', max: 'dataMax', scale: true },
    series: [{ type: 'candlestick', name, data: [...empty, ...bars], itemStyle: COLOURS }],
  };
}
