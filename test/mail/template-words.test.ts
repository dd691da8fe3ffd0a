/** The Markdown of mail texts: what it becomes as HTML and as plain text, and what is refused before anybody gets it. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { kindOf, SHIPPED_TEMPLATES, type TemplateKind } from '../../server/mail/template.ts';
import { checkTemplate } from '../../server/mail/template-check.ts';
import { FIELDS, type FieldValues, fillLine } from '../../server/mail/template-fields.ts';
import { bodyHtml } from '../../server/mail/template-html.ts';
import { shippedText } from '../../server/mail/template-shipped.ts';
import { bodyText } from '../../server/mail/template-text.ts';
import { parseBody } from '../../server/mail/template-tree.ts';
import { INTERFACE_LANGUAGES, voiceOf } from '../../server/texts.ts';

const LINK = 'https://rapporteur.example/r/token';
const VALUES: FieldValues = {
  ...(Object.fromEntries(FIELDS.map(({ name }) => [name, `<${name}>`])) as FieldValues),
  name: 'Eve <b>Adams</b>',
  post: '',
  word: 'First line\nsecond line',
  link: LINK,
  lost_link: 'https://rapporteur.example/r/lost',
  stop_link: 'https://rapporteur.example/reminders/stop/a',
};

const htmlOf = (body: string, values = VALUES): string =>
  bodyHtml(parseBody(body), { values, direction: 'ltr' })
    .map((part) => ('html' in part ? part.html : `<button>${part.button}</button>`))
    .join('');
const textOf = (body: string, values = VALUES): string =>
  bodyText(parseBody(body), { values, linkIntro: 'Your link:' });
/** Without the looks. */
const plainTags = (html: string) => html.replace(/ (?:style|dir)="[^"]*"/g, '');

describe('a text', () => {
  it.each([
    [
      'paragraphs and lines',
      'One\ntwo\n\nThree',
      '<p>One<br>two</p><p>Three</p>',
      'One\ntwo\n\nThree',
    ],
    [
      'bold and soft words',
      'A **bold** and *soft* word',
      '<p>A <strong>bold</strong> and <em>soft</em> word</p>',
      'A *bold* and _soft_ word',
    ],
    [
      'lists in lists',
      '- a\n- b\n  1. x\n  2. y',
      '<ul><li>a</li><li>b<ol><li>x</li><li>y</li></ol></li></ul>',
      '- a\n- b\n  1. x\n  2. y',
    ],
    [
      'a list that begins later',
      '3. c\n4. d',
      '<ol start="3"><li>c</li><li>d</li></ol>',
      '3. c\n4. d',
    ],
    ['headings', '# Top\n\n## Next', '<h1>Top</h1><h2>Next</h2>', 'Top\n===\n\nNext'],
    ['a quotation', '> said\n> so', '<blockquote><p>said<br>so</p></blockquote>', '> said\n> so'],
    [
      'a link with words',
      'See [the page](https://a.example/x)',
      '<p>See <a href="https://a.example/x">the page</a></p>',
      'See the page (https://a.example/x)',
    ],
    [
      'an address',
      '<https://a.example/x> <m@a.example>',
      '<p><a href="https://a.example/x">https://a.example/x</a> <a href="mailto:m@a.example">m@a.example</a></p>',
      'https://a.example/x m@a.example',
    ],
    [
      'a line of dashes under words, which is no heading',
      'Bye\n---',
      '<p>Bye</p><hr>',
      `Bye\n\n${'-'.repeat(20)}`,
    ],
    [
      'HTML, which is words',
      '<b>x</b> & <script>',
      '<p>&lt;b&gt;x&lt;/b&gt; &amp; &lt;script&gt;</p>',
      '<b>x</b> & <script>',
    ],
    ['four spaces, which are no code', '    x', '<p>x</p>', 'x'],
  ])('with %s', (_what, body, html, text) => {
    expect(plainTags(htmlOf(body))).toBe(html);
    expect(textOf(body)).toBe(text);
  });

  it('has small print after a line across', () => {
    const [before, , after] = bodyHtml(parseBody('A\n\n---\n\nB'), {
      values: VALUES,
      direction: 'ltr',
    });
    expect(JSON.stringify(before)).not.toContain('14px');
    expect(JSON.stringify(after)).toContain('14px');
  });

  it('from right to left says so at every block', () => {
    const body = '# A\n\nB\n\n- c\n\n> d';
    const html = bodyHtml(parseBody(body), { values: VALUES, direction: 'rtl' });
    const root = parse(html.map((part) => ('html' in part ? part.html : '')).join(''));
    const blocks = root.querySelectorAll('h1, p, ul, li, blockquote');
    expect(blocks).toHaveLength(6);
    for (const block of blocks) expect(block.getAttribute('dir')).toBe('rtl');
  });
});

describe('a field', () => {
  it('is filled in after the Markdown was read: nothing in a value becomes markup, a field or a link', () => {
    const values = { ...VALUES, name: '**x** [y](https://evil.example) {{link}} <i>' };
    expect(plainTags(htmlOf('Dear {{name}},', values))).toBe(
      '<p>Dear **x** [y](https://evil.example) {{link}} &lt;i&gt;,</p>',
    );
    expect(textOf('Dear {{name}},', values)).toBe(
      'Dear **x** [y](https://evil.example) {{link}} <i>,',
    );
  });

  it('of several lines keeps them; one that says nothing leaves no gap', () => {
    expect(plainTags(htmlOf('A\n\n{{word}}\n\n{{post}}\n\nB'))).toBe(
      '<p>A</p><p>First line<br>second line</p><p>B</p>',
    );
    expect(textOf('A\n\n{{word}}\n\n{{post}}\n\nB')).toBe('A\n\nFirst line\nsecond line\n\nB');
  });

  it('may be written with spaces, in words and as an address', () => {
    expect(textOf('Dear {{ name }},\n\n[Go]({{ link }})')).toBe(
      `Dear Eve <b>Adams</b>,\n\nYour link:\n${LINK}`,
    );
  });

  it('in a subject becomes one line', () => {
    const values = { ...VALUES, state: 'Nor\r\nBcc: victim@example.org\u2028way' };
    expect(fillLine('For {{state}}:  now', values)).toBe(
      'For Nor Bcc: victim@example.org way: now',
    );
  });
});

describe('the personal link', () => {
  it('alone in its paragraph is a button; in the text its address stands under its introduction', () => {
    expect(
      bodyHtml(parseBody('[Open **it**]({{link}})'), { values: VALUES, direction: 'ltr' }),
    ).toEqual([{ button: 'Open it' }]);
    expect(textOf('[Open it]({{link}})')).toBe(`Your link:\n${LINK}`);
  });

  it('in a sentence shows its address, whatever was written', () => {
    expect(plainTags(htmlOf('Here: {{link}}'))).toBe(`<p>Here: <a href="${LINK}">${LINK}</a></p>`);
    // This is refused on saving; should it come here all the same, the address is shown.
    expect(plainTags(htmlOf('Press [here]({{link}}) now'))).toBe(
      `<p>Press here <a href="${LINK}">${LINK}</a> now</p>`,
    );
  });

  it('leads nowhere that runs something', () => {
    for (const to of [
      'javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
      'file:///etc/passwd',
      '//x.example',
    ])
      expect(plainTags(htmlOf(`[x](${to})`))).toBe('<p>x</p>');
  });
});

describe('the texts that come with the program', () => {
  const ALL = SHIPPED_TEMPLATES.flatMap((template) =>
    INTERFACE_LANGUAGES.map((language) => ({ template, language })),
  );
  it.each(ALL)(
    '$template is there in $language, and nothing is wrong with it',
    ({ template, language }) => {
      const text = shippedText(template, language);
      if (!text) throw new Error('it is missing');
      expect(checkTemplate(kindOf(template), text)).toEqual([]);
      const { subject, body } = text;
      const { t, direction } = voiceOf(language);
      const linkIntro = t('mail.linkIntro', { host: 'rapporteur.example' });
      for (const whole of [
        fillLine(subject, VALUES),
        bodyText(parseBody(body), { values: VALUES, linkIntro }),
        JSON.stringify(bodyHtml(parseBody(body), { values: VALUES, direction })),
      ])
        expect(whole).not.toMatch(/\{\{|\}\}|undefined/);
    },
  );

  it.each(SHIPPED_TEMPLATES)('%s uses the same fields in each language', (template) => {
    const fields = INTERFACE_LANGUAGES.map((language) => {
      const { body = '' } = shippedText(template, language) ?? {};
      return [...new Set([...body.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name))].sort();
    });
    expect(new Set(fields.map((one) => one.join())).size).toBe(1);
  });
});

describe('refused, at the field, is', () => {
  const BODY = 'Dear {{name}},\n\n[Open]({{link}})';
  const codes = (subject: string, body: string, kind: TemplateKind = 'invitation') =>
    checkTemplate(kind, { subject, body }).map(({ field, code, name }) =>
      [field, code, name].filter(Boolean).join(' '),
    );

  it.each([
    ['an empty subject', '', BODY, ['subject empty']],
    ['an empty text', 'S', ' \n ', ['body empty']],
    ['a line break in the subject', 'A\nBcc: x', BODY, ['subject line-break']],
    ['a subject of 201 characters', 'x'.repeat(201), BODY, ['subject long']],
    ['a text of 10,001 characters', 'S', 'x'.repeat(10_001), ['body long']],
    [
      'a field that is none',
      'For {{sate}}',
      `${BODY}\n\n{{nme}}`,
      ['subject unknown sate', 'body unknown nme'],
    ],
    ['a field of another kind', 'S', `${BODY}\n\n{{reference}}`, ['body elsewhere reference']],
    ['the link in a subject', 'See {{link}}', BODY, ['subject address link']],
    ['an invitation without a link', 'S', 'Dear {{name}}', ['body missing link']],
    [
      'a half field',
      'S {{name',
      `${BODY}\n\nand {{name} or name}}`,
      ['subject braces S {{name', 'body braces and {{name} or name}}'],
    ],
    [
      'the link as a part of another address',
      'S',
      `${BODY}\n\n[x](https://t.example/?to={{link}})`,
      ['body part https://t.example/?to={{link}}'],
    ],
    ['a name as an address', 'S', `${BODY}\n\n[x]({{name}})`, ['body protocol {{name}}']],
    [
      'an address that runs something',
      'S',
      `${BODY}\n\n[x](javascript:alert(1))`,
      ['body protocol javascript:alert(1)'],
    ],
    ['an address that is none', 'S', `${BODY}\n\n[x](example.org)`, ['body protocol example.org']],
    [
      'an address that shows another one',
      'S',
      `${BODY}\n\n[https://un.example](https://evil.example)`,
      ['body disguised https://un.example'],
    ],
    [
      'the link behind words in a sentence',
      'S',
      'Press [here]({{link}}) now',
      ['body hidden-link'],
    ],
    ['a picture', 'S', `${BODY}\n\n![x](https://t.example/p.png)`, ['body picture']],
  ])('%s', (_what, subject, body, expected) => {
    expect(codes(subject, body)).toEqual(expected);
  });

  it('nothing that is right', () => {
    expect(
      codes(
        '{{ state }}: {{title}}',
        `${BODY}\n\n<https://un.example> [https://un.example](https://un.example/)`,
      ),
    ).toEqual([]);
    expect(codes('S', 'No link', 'message')).toEqual([]);
    expect(codes('S', '{{link}}', 'reminder-draft')).toEqual([]);
  });
});

describe('whatever is typed', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.constantFrom(
        '{{',
        '}}',
        '{{name}}',
        '{{link}}',
        '[a](',
        ')',
        '**',
        '\n\n',
        '- ',
        '> ',
        '---\n',
        '<script>',
        '](javascript:x)',
        '![',
        '# ',
        '`',
        '&lt;',
        '\\',
      ),
      fc.string({ maxLength: 8 }),
    ),
    { maxLength: 30 },
  );

  it('is read without an error, and its HTML holds no tag and no address that was typed in', () => {
    fc.assert(
      fc.property(pieces, (typed) => {
        const body = typed.join('');
        checkTemplate('message', { subject: 'S', body });
        textOf(body);
        const root = parse(htmlOf(body));
        for (const element of root.querySelectorAll('*')) {
          expect([
            'A',
            'P',
            'BR',
            'HR',
            'UL',
            'OL',
            'LI',
            'BLOCKQUOTE',
            'STRONG',
            'EM',
            'H1',
            'H2',
            'H3',
            'BUTTON',
          ]).toContain(element.tagName);
          const href = element.getAttribute('href');
          if (href !== undefined) expect(href).toMatch(/^(https?:\/\/|mailto:)/i);
        }
      }),
      { numRuns: 500 },
    );
  });
});
