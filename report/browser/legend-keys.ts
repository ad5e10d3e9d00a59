/**
 * The names in a chart's legend, for a keyboard. A legend takes one stop of the Tab key, however many
 * names it has: arrows go from name to name, Enter or Space shows or hides the line, as a click does.
 */
import type uPlot from 'uplot';

const STEPS: Readonly<Record<string, number>> = {
  ArrowRight: 1,
  ArrowDown: 1,
  ArrowLeft: -1,
  ArrowUp: -1,
};

export const legendKeys: uPlot.Plugin = {
  hooks: {
    ready: (plot) => {
      const legend = plot.root.querySelector('.u-legend');
      legend?.setAttribute('role', 'toolbar');
      legend?.setAttribute('aria-label', 'Lines of this chart');
      const names = namesOf(plot);
      names.forEach((name, index) => {
        name.setAttribute('role', 'button');
        name.tabIndex = index === 0 ? 0 : -1;
        name.addEventListener('keydown', (event) => press(event, names, index));
      });
      tell(plot);
    },
    setSeries: (plot) => tell(plot),
  },
};

/** The first of the legend is the time that the pointer is at. */
function namesOf(plot: uPlot): HTMLElement[] {
  return [...plot.root.querySelectorAll<HTMLElement>('.u-legend .u-label')].slice(1);
}

function press(event: KeyboardEvent, names: readonly HTMLElement[], index: number): void {
  const step = STEPS[event.key];
  if (step !== undefined) {
    const next = names[(index + step + names.length) % names.length];
    for (const name of names) name.tabIndex = name === next ? 0 : -1;
    next?.focus();
  } else if (event.key === 'Enter' || event.key === ' ') {
    names[index]?.click();
  } else {
    return;
  }
  // Space and the arrows would move the page as well.
  event.preventDefault();
}

/** For those who do not see that a name is pale. */
function tell(plot: uPlot): void {
  namesOf(plot).forEach((name, index) => {
    name.setAttribute('aria-pressed', String(plot.series[index + 1]?.show ?? true));
  });
}
