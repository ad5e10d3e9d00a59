/** HTML in which every text that is put in is text: nothing of it is read as a tag. */

export class Markup {
  constructor(readonly text: string) {}
}

type Content = Markup | string | number | readonly Markup[];

/** A template whose values are escaped, but where they are Markup. */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const texts = values.map((value, index) => `${textOf(value)}${parts[index + 1]}`);
  return new Markup(`${parts[0]}${texts.join('')}`);
}

export const NOTHING = new Markup('');

/** JSON that can stand in a script element: no tag can end it. */
export function jsonMarkup(value: unknown): Markup {
  return new Markup(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function textOf(value: Content): string {
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
