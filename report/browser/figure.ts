/** One chart of the page: its drawing, its description, and its points as a table. */
import uPlot from 'uplot';
import { type Chart, showClock, showValue } from '../charts/chart.ts';
import { optionsOf } from './plot-options.ts';

export class Figure {
  /** Null where there is nothing to draw. */
  plot: uPlot | null = null;
  private chart: Chart | null = null;
  private readonly box: HTMLElement;
  private readonly points: HTMLDetailsElement | null;

  constructor(private readonly element: HTMLElement) {
    this.box = part(element, '.plot');
    this.points = element.querySelector('details.points');
    this.points?.addEventListener('toggle', () => this.fillTable());
    new ResizeObserver(() => this.fit()).observe(this.box);
  }

  /** Draws the chart, or draws it anew. */
  show(chart: Chart): void {
    const before = this.chart;
    this.chart = chart;
    part(this.element, 'figcaption').textContent = `${chart.about}.`;
    part(this.element, '.description').textContent = chart.description;
    const empty = !hasData(chart);
    this.element.classList.toggle('without-data', empty);
    if (empty || before === null || labels(before) !== labels(chart)) {
      this.plot?.destroy();
      this.plot = null;
    }
    if (!empty) {
      const data: uPlot.AlignedData = [
        [...chart.times],
        ...chart.series.map(({ values }) => [...values]),
      ];
      if (this.plot === null) this.draw(chart, data);
      else this.plot.setData(data);
    }
    this.fillTable();
  }

  /** Draws with the colours of now: the legend keeps those that it was made with. */
  redraw(): void {
    if (this.plot === null || this.chart === null) return;
    const { data } = this.plot;
    this.plot.destroy();
    this.draw(this.chart, data);
  }

  private draw(chart: Chart, data: uPlot.AlignedData): void {
    const live = () => this.chart ?? chart;
    this.plot = new uPlot(optionsOf(live, this.box), data, this.box);
    const picture = part(this.box, '.u-wrap');
    picture.setAttribute('role', 'img');
    picture.setAttribute('aria-label', part(this.element, 'h3').textContent ?? '');
    picture.setAttribute('aria-describedby', part(this.element, '.description').id);
  }

  private fit(): void {
    const width = this.box.clientWidth;
    if (this.plot !== null && width > 0 && width !== this.plot.width) {
      this.plot.setSize({ width, height: this.plot.height });
    }
  }

  private fillTable(): void {
    if (!this.points?.open || this.chart === null) return;
    const { times, series, unit } = this.chart;
    const table = document.createElement('table');
    const head = table.createTHead().insertRow();
    for (const label of ['time', ...series.map((one) => one.label)]) {
      head.append(cell('th', label, label === 'time' ? 'text' : 'figure', 'col'));
    }
    const body = table.createTBody();
    times.forEach((time, index) => {
      const row = body.insertRow();
      row.append(cell('th', showClock(time), 'text', 'row'));
      for (const { values } of series)
        row.append(cell('td', showValue(values[index], unit), 'figure'));
    });
    part(this.points, '.scroll').replaceChildren(table);
  }
}

/** A time of 0 ms was measured; no sessions and no errors are nothing to draw. */
function hasData({ series, unit }: Chart): boolean {
  const counts = (value: number | null) => value !== null && (unit === 'time' || value > 0);
  return series.some(({ values }) => values.some(counts));
}

function labels(chart: Chart): string {
  return chart.series.map(({ label }) => label).join('\n');
}

function cell(kind: 'th' | 'td', text: string, style: string, scope = ''): HTMLElement {
  const element = document.createElement(kind);
  element.textContent = text;
  element.className = style;
  if (scope !== '') element.setAttribute('scope', scope);
  return element;
}

function part(element: HTMLElement, selector: string): HTMLElement {
  const found = element.querySelector<HTMLElement>(selector);
  if (found === null) throw new Error(`the page has no ${selector} in ${element.tagName}`);
  return found;
}
