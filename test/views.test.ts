/** What a view may rely on, whatever is done to make it quick. */
import { describe, expect, it } from '@jest/globals';
import { renderView } from '../server/views.ts';

const summary = {
  errorTitle: 'Two things',
  errors: [{ href: '#a', text: 'A & <b>"B"</b> isn\'t' }],
};

describe('a view', () => {
  it('escapes what it prints', () => {
    expect(renderView('shared/errors', summary)).toContain(
      '<a href="#a">A &amp; &lt;b&gt;&#34;B&#34;&lt;/b&gt; isn&#39;t</a>',
    );
  });

  it('does without a value that it asks `locals` for', () => {
    const more = { text: 'Later', href: '/x', label: 'Go on' };
    expect(renderView('shared/errors', summary)).not.toContain('Go on');
    expect(renderView('shared/errors', { ...summary, more })).toContain('<a href="/x">Go on</a>');
    expect(renderView('shared/errors', summary)).not.toContain('Go on');
  });

  it('throws and names a value that it uses and was not given', () => {
    expect(() => renderView('shared/errors', { errors: [] })).toThrow('errorTitle is not defined');
    expect(renderView('shared/errors', { ...summary, errorTitle: undefined })).toContain(
      '<h2 id="summary-title"></h2>',
    );
  });

  it('throws when there is none of the name', () => {
    expect(() => renderView('shared/nothing', {})).toThrow('nothing.ejs');
  });
});
