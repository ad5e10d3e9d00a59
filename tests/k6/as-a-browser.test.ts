/** What goes over the wire is what a browser sends, and what a person meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runK6, target } from './run-k6.ts';
import { withChatbot } from './scripted-chatbot.ts';

test('line ends of messages and keys are cut off; an Origin is in lower case; a reply may have a BOM', async () => {
  const script = {
    create(_: number, response: { end(text: string): void }) {
      response.end('\uFEFF{"session_id": "of-the-reply"}');
      return true;
    },
  };
  await withChatbot(script, async ({ url, origins, questions, tokenRequests }) => {
    const { code, stderr } = await runK6('single', {
      settings: {
        ...target(url),
        NUC_ORIGIN: 'https://Page.NUC.test:443',
        NUC_ACCESS_KEY: 's3cret-access\r\n',
        NUC_MESSAGE: 'First?\r\nSecond?\r\n',
      },
    });
    assert.equal(code, 0, stderr);
    assert.deepEqual(origins, ['https://page.nuc.test']);
    assert.deepEqual(
      questions.map(({ user_message, session_id }) => [user_message, session_id]),
      [
        ['First?', 'of-the-reply'],
        ['Second?', 'of-the-reply'],
      ],
    );
    assert.equal(tokenRequests[0]?.access_key, 's3cret-access');
    assert.match(stderr, /^NUC_ACCESS_KEY: the end of a line behind the key was cut off$/m);
    assert.ok(!stderr.includes('s3cret'));
  });
});
