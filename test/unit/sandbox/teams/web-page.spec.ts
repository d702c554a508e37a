import assert from 'node:assert/strict';

import { readPage } from '../../../../sandbox/teams/web-page.ts';

const AT = new URL('http://127.0.0.1:3978/auth/sign-in?s=1');

describe('readPage', () => {
  it('reads title and visible words, a line for each block', () => {
    const page = readPage(
      `<!doctype html><html lang="en"><head><title>Sign
       in</title><style>p{color:red}</style></head>
       <body><!-- <p>no</p> --><h1>Hello &amp; <b>good</b> day</h1><p>It&#39;s &lt;you&gt;&#x2026;</p><script>no()</script></body>`,
      AT,
    );
    assert.equal(page.title, 'Sign in');
    assert.equal(page.text, "Hello & good day\nIt's <you>…");
  });

  const refreshes: readonly [markup: string, expected: string | null][] = [
    ['<meta http-equiv="refresh" content="0;url=https://127.0.0.1:1/a?b=1&amp;c=2">', 'https://127.0.0.1:1/a?b=1&c=2'],
    ['<META HTTP-EQUIV=Refresh CONTENT="0; URL=/other">', 'http://127.0.0.1:3978/other'],
    ['<meta http-equiv="refresh" content="0;url=\'/quoted\'">', 'http://127.0.0.1:3978/quoted'],
    ['<meta http-equiv="refresh" content="5;url=/later">', null],
    ['<meta http-equiv="refresh" content="0">', null],
    ['<meta name="refresh" content="0;url=/no">', null],
    ['<!-- <meta http-equiv="refresh" content="0;url=/no"> -->', null],
  ];
  for (const [markup, expected] of refreshes) {
    it(`goes on to ${expected ?? 'nowhere'} from ${markup}`, () => {
      assert.equal(readPage(markup, AT).refresh?.href ?? null, expected);
    });
  }

  it('reads what a form sends when its first button is pressed', () => {
    const { forms } = readPage(
      `<form method="post" action="/auth/sign-in">
       <input type="hidden" name="s" value="a &quot;b&quot;"><input type=hidden name=t value=2>
       <input type="radio" name="who" value="x"><input type="radio" name="who" value="y" checked>
       <input type="checkbox" name="mfa" checked><input type="checkbox" name="off" value="1">
       <input name="gone" value="1" disabled>
       <button name="go" value="1">Continue</button><button name="stop" value="1">Cancel</button></form>`,
      AT,
    );
    assert.deepEqual(
      forms.map(({ method, action, fields }) => [method, action.href, fields]),
      [
        [
          'POST',
          'http://127.0.0.1:3978/auth/sign-in',
          [
            ['s', 'a "b"'],
            ['t', '2'],
            ['who', 'y'],
            ['mfa', 'on'],
            ['go', '1'],
          ],
        ],
      ],
    );
  });

  it('sends a form without method and action to its own page with GET', () => {
    const [form] = readPage('<form><input type="submit" value="Go"></form>', AT).forms;
    assert.deepEqual([form?.method, form?.action.href, form?.fields], ['GET', AT.href, []]);
  });

  it('leaves a form without a button alone', () => {
    assert.deepEqual(readPage('<form><input name="q"><button type="button">No</button></form>', AT).forms, []);
  });
});
