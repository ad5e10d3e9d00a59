/** The part of the run's time that was chosen by dragging across a chart: all of them show it. */
import type uPlot from 'uplot';

/** Of the time axis, in seconds. */
type Span = readonly [from: number, to: number];

const plots = new Set<uPlot>();
/** Null: the whole run. */
let chosen: Span | null = null;

/** What a chart's time axis shows. @param duration of the run as it is now: on a live page it grows. */
export function shownTime(duration: number): [number, number] {
  return chosen === null ? [0, Math.max(duration, 0.001)] : [...chosen];
}

export const zoomPlugin: uPlot.Plugin = {
  hooks: {
    ready: (plot) => {
      plots.add(plot);
      plot.over.addEventListener('dblclick', () => choose(null));
    },
    destroy: (plot) => void plots.delete(plot),
    setSelect: (plot) => {
      const { left, width } = plot.select;
      if (width === 0) return;
      choose([plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x')]);
    },
  },
};

function choose(span: Span | null): void {
  chosen = span;
  for (const plot of plots) {
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    // Whatever is given here, the axis asks `shownTime`.
    plot.setScale('x', { min: 0, max: 1 });
  }
}
