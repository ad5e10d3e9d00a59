/** Tables: figures to the right, one row head each, and a box of their own in which they scroll. */
import { html, type Markup } from './markup.ts';

/** A head's cell: a text, or one that stands over several columns. */
export type HeadCell = string | { readonly text: string; readonly columns: number };

export interface TableShape {
  /** How many of the first columns hold texts; figures stand to the right. Default 1. */
  readonly texts?: number;
  /** The last column holds a text too. */
  readonly lastIsText?: boolean;
  /** As wide as its content needs, where there are few columns. */
  readonly narrow?: boolean;
  /** On a narrow screen, the cells of a row stand below each other. */
  readonly stacks?: boolean;
}

/**
 * @param label what the table shows, for those who do not see where it stands.
 * @param head one or two rows.
 * @param rows the first cell of each is the row's head.
 */
export function dataTable(
  label: string,
  head: readonly (readonly HeadCell[])[],
  rows: readonly (readonly Markup[])[],
  { texts = 1, lastIsText = false, narrow = false, stacks = false }: TableShape = {},
): Markup {
  const align = (column: number, columns: number) =>
    column < texts || (lastIsText && column === columns - 1) ? 'text' : 'figure';
  return html`
    <div class="scroll${narrow ? ' narrow' : ''}${stacks ? ' stacks' : ''}" role="region" aria-label="${label}" tabindex="0">
      <table>
        <thead>${head.map((cells, index) => headRow(cells, index === head.length - 1 ? align : undefined))}</thead>
        <tbody>${rows.map(
          (cells) =>
            html`<tr>${cells.map((cell, column) =>
              column === 0
                ? html`<th scope="row">${cell}</th>`
                : html`<td class="${align(column, cells.length)}">${cell}</td>`,
            )}</tr>`,
        )}</tbody>
      </table>
    </div>`;
}

function headRow(
  cells: readonly HeadCell[],
  align: ((column: number, columns: number) => string) | undefined,
): Markup {
  return html`<tr>${cells.map((cell, column) => {
    if (typeof cell !== 'string') {
      if (cell.text === '') return html`<td colspan="${cell.columns}"></td>`;
      return html`<th scope="colgroup" class="over" colspan="${cell.columns}">${cell.text}</th>`;
    }
    if (cell === '' && align === undefined) return html`<td></td>`;
    return html`<th scope="col" class="${align?.(column, cells.length) ?? 'text'}">${cell}</th>`;
  })}</tr>`;
}
