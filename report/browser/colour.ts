/** A colour of the page's styles, as it is now: light, dark and print differ. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
