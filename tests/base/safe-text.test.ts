import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { errorLine, safeLine, safeText } from '../../lib/base/safe-text.ts';

const CASES: readonly [name: string, text: string, safe: string][] = [
  ['what clears a screen', '\x1b[2J', '\\u001b[2J'],
  ['the same as one character', '\u009b2J', '\\u009b2J'],
  ['a title of a window', '\x1b]0;hello\x07', '\\u001b]0;hello\\u0007'],
  ['a line that writes over itself', 'failed\rpassed', 'failed\\u000dpassed'],
  ['a direction that is turned', 'a\u202egnp.exe', 'a\\u202egnp.exe'],
  ['an isolated direction', '\u2066a\u2069', '\\u2066a\\u2069'],
  ['separators of lines', 'a\u2028b\u2029c\u0085d', 'a\\u2028b\\u2029c\\u0085d'],
  ['a zero', 'a\0b', 'a\\u0000b'],
  ['a command of GitHub', '::error::failed', '\\::error::failed'],
  ['the same after blanks', '  ::stop-commands::x', '  \\::stop-commands::x'],
  ['in the second line', 'a\n::set-output name=a::b', 'a\n\\::set-output name=a::b'],
  ['an older command', 'a ##[error]b', 'a #\\#[error]b'],
  ['a command of Azure', '##vso[task.complete]', '#\\#vso[task.complete]'],
  [
    'a command of TeamCity',
    "##teamcity[buildStop comment='a']",
    "#\\#teamcity[buildStop comment='a']",
  ],
];

for (const [name, text, safe] of CASES) {
  test(`${name} is written out`, () => {
    assert.equal(safeText(text), safe);
    assert.equal(safeText(safe), safe, 'once is enough');
  });
}

test('what a person writes stays as it is', () => {
  for (const text of [
    'Sí: el corazón 🫀\n\ntiene «cuatro» cámaras.\t100 %',
    'שלום, مرحبا, 你好',
    '# A title\n\n## Another\n\n- std::string, a::b',
    'C:\\users\\a',
  ]) {
    assert.equal(safeText(text), text);
  }
  assert.equal(safeText('a\r\nb\r\n'), 'a\nb\n');
});

test('one line stays one line, and begins no other', () => {
  assert.equal(safeLine('a\r\n\t::error::b\n[2026-01-05] c'), 'a ::error::b [2026-01-05] c');
  assert.equal(safeLine('\n::error::b'), ' \\::error::b');
});

test('nothing that controls anything is left of any text', () => {
  const wild = fc.string({
    unit: fc.constantFrom(
      '\x1b',
      '\r',
      '\n',
      '\u009b',
      '\u202e',
      ':',
      '#',
      '[',
      'a',
      ' ',
      '\u2028',
    ),
  });
  fc.assert(
    fc.property(wild, (text) => {
      for (const control of ['\x1b', '\r', '\u009b', '\u202e', '\u2028']) {
        assert.ok(!safeText(text).includes(control));
      }
      assert.doesNotMatch(safeText(text), /^\s*::|##\w*\[/m);
      assert.doesNotMatch(safeLine(text), /\n/);
    }),
  );
});

test('a text of a megabyte takes no time', () => {
  for (const unit of [':', '#', ' ', '#a', '\n', '\x1b', '##a']) {
    const before = Date.now();
    safeText(unit.repeat(1_000_000 / unit.length));
    assert.ok(Date.now() - before < 1000, `${JSON.stringify(unit)}: ${Date.now() - before} ms`);
  }
});

test('an error with a long text in it shows its beginning and its end', () => {
  const text = `NUC_USERS_FILE: ${'x'.repeat(120_000)}: put a real file there\n`;
  const line = errorLine(text);
  assert.ok(line.length <= 1000, `${line.length} characters`);
  assert.match(line, /^NUC_USERS_FILE: x+…x+: put a real file there $/);
  assert.equal(errorLine('x'.repeat(1000)), 'x'.repeat(1000));
  for (const sign of ['😀', '\u001b']) {
    for (const before of ['', '.']) {
      const cut = errorLine(before + sign.repeat(2000));
      assert.equal(Buffer.from(cut).toString(), cut);
      assert.equal(cut.replaceAll(safeText(sign), ''), `${before}…`);
    }
  }
});
