import assert from 'node:assert/strict';

import { html } from '../../../../bot/pages/html.ts';

describe('html', () => {
  it('escapes every text that is put into it', () => {
    assert.equal(html`<p title="${`"'`}">${'<b>&'}</p>`.toString(), '<p title="&quot;&#39;">&lt;b&gt;&amp;</p>');
  });

  it('takes markup of its own as it is, one or many, and nothing for null', () => {
    const items = ['a', '<'].map((text) => html`<li>${text}</li>`);
    assert.equal(html`<ul>${items}${null}${html`<br>`}</ul>`.toString(), '<ul><li>a</li><li>&lt;</li><br></ul>');
  });
});
