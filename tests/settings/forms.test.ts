import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as forms from '../../lib/settings/forms.ts';

function takes<T>(form: forms.Form<T>, text: string, value: T): void {
  assert.deepEqual(form(text), { value }, JSON.stringify(text));
}

/** @returns what was expected. */
function refuses(form: forms.Form<unknown>, ...texts: string[]): string {
  const expected = new Set<string>();
  for (const text of texts) {
    const reading = form(text);
    assert.ok('expected' in reading, `took ${JSON.stringify(text)}`);
    expected.add(reading.expected);
  }
  assert.equal(expected.size, 1);
  return [...expected][0] ?? '';
}

test('texts', () => {
  takes(forms.anyText, ' Zoë ', ' Zoë ');
  assert.equal(refuses(forms.anyText, '', ' ', '\t\n'), 'a text');
  takes(forms.secret, 's3cret', 's3cret');
  assert.deepEqual(forms.secret('  '), { expected: 'a text', hidden: true });
});

test('a tag’s value can stand in a name of a file or of a series', () => {
  takes(forms.tagText, '2026-01-05T15:30:01Z', '2026-01-05T15:30:01Z');
  takes(forms.tagText, 'x'.repeat(64), 'x'.repeat(64));
  refuses(forms.tagText, '', 'a b', 'a/b', 'a{b', 'a,b', 'ñ', 'x'.repeat(65), 'a\nb', 'a\n');
});

test('optional: nothing reads as null, all else as the form has it', () => {
  takes(forms.optional(forms.wholeNumber(1)), '', null);
  takes(forms.optional(forms.wholeNumber(1)), '2', 2);
  refuses(forms.optional(forms.wholeNumber(1)), '0', ' ');
});

test('whole numbers', () => {
  takes(forms.wholeNumber(1), '1', 1);
  takes(forms.wholeNumber(0), '0', 0);
  takes(forms.wholeNumber(1), '5000', 5000);
  const wrong = ['0', '-1', '1.0', '1e3', '0x10', ' 1', '1 ', '', '１', '1\n'];
  assert.equal(refuses(forms.wholeNumber(1), ...wrong), 'a whole number of at least 1');
  const most = 'a whole number of at most 9007199254740991';
  assert.equal(refuses(forms.wholeNumber(1), '9007199254740993', '9'.repeat(30)), most);
  takes(forms.sessionCount, '100000', 100_000);
  assert.equal(refuses(forms.sessionCount, '100001'), 'a whole number of at most 100000');
});

test('shares', () => {
  takes(forms.share, '0.95', 0.95);
  takes(forms.share, '1', 1);
  takes(forms.share, '.5', 0.5);
  refuses(forms.share, '0', '0.0', '1.01', '95', '95%', '-0.5', '', '1e-1', 'NaN', '0,5');
});

test('one of several words', () => {
  const form = forms.oneOf('on', 'off');
  takes(form, 'off', 'off');
  assert.equal(refuses(form, '', 'OFF', 'of', 'on,off', 'toString'), 'one of on, off');
});

test('on and off', () => {
  takes(forms.onOff, '0', false);
  takes(forms.onOff, '1', true);
  assert.equal(refuses(forms.onOff, '', 'true', 'yes', '2', '01'), '0 or 1');
});

test('durations and ranges', () => {
  takes(forms.duration, '0', 0);
  takes(forms.duration, '1h30m', 5_400_000);
  refuses(forms.duration, '', '5', '-1s', 'forever', '1s-2s');
  takes(forms.range, '0', { fromMs: 0, toMs: 0 });
  takes(forms.range, '2s', { fromMs: 2000, toMs: 2000 });
  takes(forms.range, '1s-5s', { fromMs: 1000, toMs: 5000 });
  takes(forms.range, '0-500ms', { fromMs: 0, toMs: 500 });
  takes(forms.range, '1s-1s', { fromMs: 1000, toMs: 1000 });
  refuses(forms.range, '', '-', '5s-1s', '1s-', '-5s', '1s-2s-3s', '1-5s', '1s - 5s', '2');
});

test('durations of a profile’s parts are a second at least', () => {
  takes(forms.positiveDuration, '1s', 1000);
  refuses(forms.positiveDuration, '0', '0s', '999ms', '', '5');
});

test('rising numbers', () => {
  takes(forms.risingNumbers, '10', [10]);
  takes(forms.risingNumbers, '1,2, 10', [1, 2, 10]);
  refuses(forms.risingNumbers, '', '0', '2,1', '1,1', '1,,2', '1,2,', 'a', '1.5');
  takes(forms.risingNumbers, '1,100000', [1, 100_000]);
  refuses(forms.risingNumbers, '1,100001', '9'.repeat(20), '9'.repeat(400));
});

test('course codes', () => {
  takes(forms.courseCodes, 'MED1060', ['MED1060']);
  takes(forms.courseCodes, ' B-2 , a_1', ['B-2', 'a_1']);
  assert.match(
    refuses(forms.courseCodes, '', ',', 'A,', 'A,,B', 'A B', 'A{b}', 'Ñ'),
    /^course codes/,
  );
  assert.equal(refuses(forms.courseCodes, 'A,B,A', 'A, A'), 'each course code once');
});

test('addresses come without a slash at their end', () => {
  takes(forms.httpUrl, 'http://127.0.0.1:8787', 'http://127.0.0.1:8787');
  takes(forms.httpUrl, 'https://chat.nuc.test/', 'https://chat.nuc.test');
  takes(forms.httpUrl, 'https://chat.nuc.test/api/v2//', 'https://chat.nuc.test/api/v2');
  takes(forms.httpUrl, 'http://[::1]:8787', 'http://[::1]:8787');
  takes(forms.wsUrl, 'wss://chat.nuc.test:443', 'wss://chat.nuc.test:443');
});

test('scheme and host of an address are read in any case, and its path as it is', () => {
  takes(forms.httpUrl, 'HTTP://127.0.0.1:8787', 'http://127.0.0.1:8787');
  takes(forms.httpUrl, 'Https://Chat.NUC.test:8443/Api/', 'https://chat.nuc.test:8443/Api');
  takes(forms.httpUrl, 'HTTP://[::1]:8787', 'http://[::1]:8787');
  takes(forms.wsUrl, 'WSS://Chat.nuc.test/Ws', 'wss://chat.nuc.test/Ws');
  takes(forms.origin, 'HTTPS://Chat.nuc.test', 'https://chat.nuc.test');
});

test('an address has no character that nobody sees', () => {
  for (const character of '\0\x01\x1b\x7f\x9b\u00ad\u200b\u202e\u2028\u2066\ufeff') {
    for (const form of [forms.httpUrl, forms.origin]) {
      refuses(form, `http://chat${character}.nuc.test`, `http://chat.nuc.test:80${character}`);
    }
    refuses(forms.httpUrl, `http://chat.nuc.test/a${character}b`);
    refuses(forms.wsUrl, `ws://chat.nuc.test/a${character}b`);
  }
});

/** What may have a secret in it, also where a person mistyped it. */
const HIDDEN_ADDRESSES = [
  '',
  's3cret',
  'chat.nuc.test',
  '//chat.nuc.test',
  'HTTP//chat.nuc.test',
  'SCHEME://user:s3cret@chat.nuc.test',
  'SCHEME://user@chat.nuc.test',
  'SCHEME://user:s3cret/chat.nuc.test',
  'user:s3cret@chat.nuc.test:80',
  'SCHEME://chat.nuc.test/?key=s3cret',
  'SCHEME://chat.nuc.test?key=s3cret',
  'SCHEME://chat.nuc.test/#part',
  'SCHEME://chat.nuc.test:port',
  'SCHEME://::1:8787',
];

const SHOWN_ADDRESSES = [
  'localhost:8787',
  'ftp://chat.nuc.test',
  'SCHEME://',
  'SCHEME:///path',
  'SCHEME://chat nuc.test',
  ' SCHEME://chat.nuc.test',
  'SCHEME://chat.nuc.test\n',
  'SCHEME://chat.nuc.test:',
  'SCHEME://chat.nuc.test:65536',
  'SCHEME://chat.nuc.test:99999',
  'SCHEME://:8787',
];

test('what is not an address is repeated only where it cannot hold a secret', () => {
  for (const [form, scheme, other] of [
    [forms.httpUrl, 'http', 'ws'],
    [forms.wsUrl, 'ws', 'http'],
  ] as const) {
    const expected = `a URL such as ${scheme}://127.0.0.1:8787, without user, query or fragment`;
    for (const [addresses, hidden] of [
      [[...SHOWN_ADDRESSES, `${other}://chat.nuc.test`], false],
      [HIDDEN_ADDRESSES, true],
    ] as const) {
      for (const address of addresses) {
        assert.deepEqual(form(address.replace('SCHEME', scheme)), { expected, hidden }, address);
      }
    }
  }
});

test('an origin has no path', () => {
  takes(forms.origin, 'https://chat.nuc.test:8443/', 'https://chat.nuc.test:8443');
  const expected = refuses(
    forms.origin,
    'http://chat.nuc.test/path',
    'http://a?b',
    'chat.nuc.test',
  );
  assert.match(expected, /, without path, user, query or fragment$/);
});

test('a separator cannot come up by chance', () => {
  takes(forms.separator, 'rE7pRxTGlqT6', 'rE7pRxTGlqT6');
  takes(forms.separator, '|', '|');
  refuses(forms.separator, '', 'A', 'abc/+=1');
});

test('morph words', () => {
  takes(forms.morphWords, 'R=word,a=$&', { R: 'word', a: '$&' });
  takes(forms.morphWords, 'ñ=x', { ñ: 'x' });
  refuses(
    forms.morphWords,
    '',
    'R',
    'R=',
    '=word',
    'RR=word',
    'R=a=b',
    'R=a,',
    'R=a,R=b',
    'R=a,W=a',
    'R=ab,W=xaby',
  );
});
