import assert from 'node:assert/strict';
import { exportLink } from '../../../cards/export-link.ts';
import { EXPORT_ID } from './administration-bases.ts';

const PAGE = 'https://pimlico.contoso.example';

describe('exportLink', () => {
  it('names the list on our own page', () => {
    assert.equal(exportLink(PAGE, EXPORT_ID), `https://pimlico.contoso.example/export?id=${EXPORT_ID}`);
  });

  it('is empty where there is no page', () => {
    assert.equal(exportLink(null, EXPORT_ID), '');
  });

  for (const id of ['', 'short', `${EXPORT_ID}x`, `${EXPORT_ID.slice(0, 41)}&x`, '../../evil', ` ${EXPORT_ID}`]) {
    it(`is empty for “${id}”, which is no secret of ours`, () => {
      assert.equal(exportLink(PAGE, id), '');
    });
  }

  for (const origin of ['javascript:alert(1)//', 'data:text/html,', 'ftp://pimlico.contoso.example']) {
    it(`is empty for an origin such as ${origin}`, () => {
      assert.equal(exportLink(origin, EXPORT_ID), '');
    });
  }
});
