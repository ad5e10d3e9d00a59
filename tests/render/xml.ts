/** As much of an XML reader as JUnit files need: strict, and without what they do not use. */
import assert from 'node:assert/strict';

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  /** Its own text, without that of its children. */
  text: string;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const TAG = /<(\/?)([A-Za-z][\w-]*)((?:\s+[A-Za-z][\w-]*="[^"<]*")*)\s*(\/?)>/y;
const ATTRIBUTE = /([A-Za-z][\w-]*)="([^"<]*)"/g;
const TEXT = /[^<]+/y;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * @returns the root element.
 * @throws AssertionError where the text is not well-formed: a tag that is not closed or not opened,
 *   an attribute given twice, a bare `&` or `]]>`, a character that XML 1.0 does not have, more than one root.
 */
export function parseXml(xml: string): Element {
  assert.ok(xml.startsWith(DECLARATION), 'no XML declaration');
  assert.doesNotMatch(xml, /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u);
  const top: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [top];
  for (let at = DECLARATION.length; at < xml.length; ) {
    const current = open.at(-1) ?? top;
    const text = matchAt(TEXT, xml, at);
    if (text !== null) {
      current.text += decode(text[0]);
      at += text[0].length;
      continue;
    }
    const tag = matchAt(TAG, xml, at);
    assert.ok(tag !== null, `not well-formed: ${xml.slice(at, at + 80)}`);
    const [whole, closes, name = '', attributes = '', empty] = tag;
    at += whole.length;
    if (closes) {
      assert.equal(attributes + empty, '', `attributes in </${name}>`);
      assert.equal(name, open.pop()?.name, `</${name}> closes another element`);
      continue;
    }
    const element: Element = {
      name,
      attributes: readAttributes(attributes),
      children: [],
      text: '',
    };
    current.children.push(element);
    if (!empty) open.push(element);
  }
  assert.deepEqual(open, [top], 'an element was not closed');
  assert.equal(top.text.trim(), '', 'text outside the root');
  const [root, ...more] = top.children;
  assert.ok(root !== undefined && more.length === 0, 'expected one root');
  return root;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(ATTRIBUTE)) {
    assert.ok(!(name in attributes), `the attribute ${name} is given twice`);
    // A reader turns a bare tab or line's end in an attribute into a space.
    attributes[name] = decode(value.replace(/[\t\n\r]/g, ' '));
  }
  return attributes;
}

function decode(text: string): string {
  assert.ok(!text.includes(']]>'), 'a bare ]]>');
  return text.replace(/&([^;\s]*;?)/g, (whole, inner: string) => {
    const name = inner.replace(/;$/, '');
    const character = /^#\d+$/.test(name)
      ? String.fromCodePoint(Number(name.slice(1)))
      : ENTITIES[name];
    assert.ok(inner.endsWith(';') && character !== undefined, `not an entity: ${whole}`);
    return character;
  });
}
