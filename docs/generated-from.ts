/** Stands at the top of a page that is made from a table. */
export function generatedFrom(source: string): string {
  return `<!-- Generated from ${source} by npm run docs: change it there, not here. -->`;
}
