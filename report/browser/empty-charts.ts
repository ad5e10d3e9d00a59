/** Charts without anything to draw take one line together, and none of the page's height. */
export function foldEmptyCharts(): void {
  for (const grid of document.querySelectorAll<HTMLElement>('.charts')) {
    const empty = [...grid.querySelectorAll('.without-data h3')].map((title) => title.textContent);
    const line = grid.nextElementSibling;
    if (!(line instanceof HTMLElement && line.matches('.nothing-drawn'))) continue;
    grid.hidden = empty.length === grid.childElementCount;
    line.hidden = empty.length === 0;
    line.textContent = `Nothing to draw: ${empty.join(', ')}.`;
  }
}
