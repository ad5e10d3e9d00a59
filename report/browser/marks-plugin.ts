/** Draws what is not a line of values: bars upon bars, limits across the chart, steps down it. */
import type uPlot from 'uplot';
import type { Chart } from '../charts/chart.ts';
import { colour } from './colour.ts';

const FONT_SIZE = 11;
/** What of a bar's time the bar fills. */
const BAR_SHARE = 0.85;
/** Of few bars, in CSS pixels: wider, and they would not be seen as bars. */
const WIDEST_BAR = 64;

export function marksPlugin(chart: () => Chart): uPlot.Plugin {
  return {
    hooks: {
      drawAxes: (plot) => {
        drawWarmup(plot, chart());
        drawSteps(plot, chart());
      },
      draw: (plot) => {
        if (chart().stacked) drawStack(plot, chart());
        drawLimits(plot, chart());
      },
    },
  };
}

/** Shaded, from the start of the run: what is judged comes after it. */
function drawWarmup(plot: uPlot, { warmup, duration }: Chart): void {
  if (warmup === 0) return;
  const { ctx, bbox } = plot;
  const inSight = (x: number) => Math.min(Math.max(x, bbox.left), bbox.left + bbox.width);
  const from = inSight(plot.valToPos(0, 'x', true));
  const to = inSight(plot.valToPos(Math.min(warmup, duration), 'x', true));
  ctx.save();
  ctx.fillStyle = colour('warmup');
  ctx.fillRect(from, bbox.top, to - from, bbox.height);
  ctx.restore();
}

function drawSteps(plot: uPlot, { steps }: Chart): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour('step');
  ctx.fillStyle = colour('quiet');
  ctx.lineWidth = pixel;
  ctx.font = `${FONT_SIZE * pixel}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  let free = Number.NEGATIVE_INFINITY;
  for (const { label, at } of steps) {
    const x = Math.round(plot.valToPos(at, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    line(ctx, x, bbox.top, x, bbox.top + bbox.height);
    const from = x + 3 * pixel;
    const width = ctx.measureText(label).width;
    // Where steps are close, every label that has room is better than all on top of each other.
    if (from < free || from + width > bbox.left + bbox.width) continue;
    ctx.fillText(label, from, bbox.top + 2 * pixel);
    free = from + width + 4 * pixel;
  }
  ctx.restore();
}

function drawStack(plot: uPlot, { times, series, width: time, duration }: Chart): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const scale = plot.valToPos(Math.min(time, duration), 'x', true) - plot.valToPos(0, 'x', true);
  const width = Math.min(Math.max(scale * BAR_SHARE, pixel), WIDEST_BAR * pixel);
  const parts = series
    .filter((_, index) => plot.series[index + 1]?.show)
    .map(({ values, colour: number }) => ({ values, fill: colour(`series-${number}`) }));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  times.forEach((middle, index) => {
    const left = plot.valToPos(middle, 'x', true) - width / 2;
    let below = 0;
    for (const { values, fill } of parts) {
      const value = values[index] ?? 0;
      if (value === 0) continue;
      const bottom = plot.valToPos(below, 'y', true);
      const top = plot.valToPos(below + value, 'y', true);
      ctx.fillStyle = fill;
      ctx.fillRect(left, top, width, bottom - top);
      below += value;
    }
  });
  ctx.restore();
}

function drawLimits(plot: uPlot, { limits, steps }: Chart): void {
  const { ctx, bbox } = plot;
  const pixel = devicePixelRatio;
  const highest = plot.scales.y?.max ?? 0;
  const left = bbox.left + 4 * pixel;
  ctx.save();
  ctx.strokeStyle = colour('limit');
  ctx.lineWidth = 1.5 * pixel;
  ctx.setLineDash([2 * pixel, 3 * pixel]);
  ctx.font = `600 ${FONT_SIZE * pixel}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  for (const { label, value } of limits) {
    if (value > highest) {
      // Below the names of the steps.
      const row = steps.length === 0 ? 0 : FONT_SIZE + 3;
      ctx.textBaseline = 'top';
      limitName(ctx, `↑ ${label}`, left, bbox.top + (row + 2) * pixel);
      continue;
    }
    const y = Math.round(plot.valToPos(value, 'y', true));
    line(ctx, bbox.left, y, bbox.left + bbox.width, y);
    ctx.textBaseline = 'bottom';
    limitName(ctx, label, left, y - 2 * pixel);
  }
  ctx.restore();
}

/** With a rim, so that it can be read on a line and hides little of it. */
function limitName(ctx: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineJoin = 'round';
  ctx.lineWidth = 4 * devicePixelRatio;
  ctx.strokeStyle = colour('card');
  ctx.strokeText(text, x, y);
  ctx.fillStyle = colour('limit');
  ctx.fillText(text, x, y);
  ctx.restore();
}

function line(
  ctx: CanvasRenderingContext2D,
  fromX: number,
  fromY: number,
  toX: number,
  toY: number,
): void {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
