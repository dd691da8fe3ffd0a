/** Reading a file of contacts: every bad row is named with its line and the reason, every good one is read as it is. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readContacts } from '../../server/states/contact-file.ts';
import { contactRows } from '../../server/states/contact-rows.ts';
import { ofText } from '../../server/states/contact-table.ts';
import { isMailAddress, readMailAddress } from '../../server/states/mail-address.ts';
import { allWords, wordsOf } from '../../server/states/remark.ts';
import { voiceOf } from '../../server/texts.ts';

const HEADER = 'state,audience,name,post,email,language';
const known = {
  states: [
    { _id: 'KHM', iso2: 'KH', names: { en: 'Cambodia', fr: 'Cambodge', ar: 'كمبوديا' } },
    { _id: 'TCD', iso2: 'TD', names: { en: 'Chad', fr: 'Tchad' } },
    { _id: 'IRQ', iso2: 'IQ', names: { en: 'Iraq', zh: '伊拉克' } },
    { _id: 'CIV', iso2: 'CI', names: { en: 'Côte d’Ivoire' } },
    { _id: 'EUE', iso2: 'EU', names: { en: 'European Union' } },
  ],
  audiences: ['affected', 'donor'],
};
const english = voiceOf('en');

/** What is read of a file, and what is said of the rest. */
async function read(csv: string) {
  const file = contactRows(await ofText(csv, 'UTF-8'));
  if (!file.ok) {
    const reason = wordsOf(file.problem, english);
    return { rows: 0, contacts: [], refused: [{ line: file.line, reason }], notes: [] };
  }
  const rows = await readContacts(file.rows, known);
  return {
    rows: rows.length,
    contacts: rows.flatMap((row) => (row.ok ? [{ line: row.line, ...row.contact }] : [])),
    refused: rows.flatMap((row) =>
      row.ok === false ? [{ line: row.line, reason: allWords(row.problems, english) }] : [],
    ),
    notes: rows.flatMap((row) =>
      row.ok !== false && row.notes.length > 0
        ? [{ line: row.line, note: allWords(row.notes, english) }]
        : [],
    ),
  };
}
const GOOD = 'KHM,affected,Alice Chan,Director,alice@example.org,en';

describe('a bad row', () => {
  const BAD: [row: string, reason: RegExp][] = [
    [',affected,A,P,a@example.org,en', /^the State is missing$/],
    ['XXX,affected,A,P,a@example.org,en', /^there is no State "XXX"$/],
    ['KH,affected,A,P,a@example.org,en', /^there is no State "KH"; write KHM for Cambodia$/],
    ['Cambodia,affected,A,P,a@example.org,en', /^there is no State "CAMBODIA"; write KHM/],
    ['كمبوديا,affected,A,P,a@example.org,en', /; write KHM for Cambodia$/],
    ['伊拉克,affected,A,P,a@example.org,en', /; write IRQ for Iraq$/],
    ["COTE D'IVOIRE,affected,A,P,a@example.org,en", /; write CIV for Côte d’Ivoire$/],
    ['KHM,,A,P,a@example.org,en', /^audience "" is not one of affected, donor$/],
    ['KHM,donors,A,P,a@example.org,en', /^audience "donors" is not one of/],
    ['KHM,affected,,P,a@example.org,en', /^the name is missing$/],
    [`KHM,affected,${'x'.repeat(201)},P,a@example.org,en`, /more than 200 characters/],
    [`KHM,affected,A,${'x'.repeat(201)},a@example.org,en`, /more than 200 characters/],
    [
      'KHM,affected,"A\nBcc: b@example.org",P,a@example.org,en',
      /^name or post holds a line break$/,
    ],
    ['KHM,affected,A,"P\r\nX: y",a@example.org,en', /^name or post holds a line break$/],
    ['KHM,affected,N\uFFFDdia,P,a@example.org,en', /not UTF-8; save the file as "CSV UTF-8"/],
    ['KHM,affected,A\uD800,P,a@example.org,en', /not UTF-8/],
    [
      'KHM,affected,A\u2028Bcc: b@example.org,P,a@example.org,en',
      /^name or post holds a line break$/,
    ],
    [
      'KHM,affected,A\u0000,P,a@example.org,en',
      /^name or post holds a control character \(U\+0000\)$/,
    ],
    ['KHM,affected,A,P\u001B[31m,a@example.org,en', /control character \(U\+001B\)$/],
    ['KHM,affected,A,P,,en', /^"" is no mail address$/],
    ['KHM,affected,A,P,example.org,en', /^"example.org" is no mail address$/],
    ['KHM,affected,A,P,a@b,en', /is no mail address/],
    ['KHM,affected,A,P,a@@example.org,en', /is no mail address/],
    ['KHM,affected,A,P,a b@example.org,en', /is no mail address/],
    ['KHM,affected,A,P,.a@example.org,en', /is no mail address/],
    ['KHM,affected,A,P,a.@example.org,en', /is no mail address/],
    ['KHM,affected,A,P,a..b@example.org,en', /is no mail address/],
    ['KHM,affected,A,P,a@-example.org,en', /is no mail address/],
    ['KHM,affected,A,P,"a@example.org,b@example.org",en', /no mail address but several; give each/],
    ['KHM,affected,A,P,a@example.org;b@example.org,en', /no mail address but several/],
    ['KHM,affected,A,P,A <a@example.org>,en', /write the address alone, without name, brackets/],
    ['KHM,affected,A,P,a@example.org (work),en', /write the address alone/],
    ['KHM,affected,A,P,"""a b""@example.org",en', /write the address alone/],
    ['KHM,affected,A,P,a@ex\u0430mple.org,en', /a word of its domain mixes alphabets$/],
    ['KHM,affected,A,P,mailto:a@example.org,en', /write the address alone/],
    ['KHM,affected,A,P,josé@example.org,en', /before the @ only plain letters/],
    ['KHM,affected,A,P,директор@министерство.рф,en', /before the @ only plain letters/],
    ['KHM,affected,A,P,a@ex%61mple.ü,en', /^"a@ex%61mple.ü" is no mail address$/],
    ['KHM,affected,A,P,a@ü,en', /^"a@ü" is no mail address$/],
    ['KHM,affected,A,P,a@example.org,', /^language "" is not one of en, fr, es, ar, ru, zh$/],
    ['KHM,affected,A,P,a@example.org,de', /^language "de" is not one of/],
    ['KHM,affected,A,P,a@example.org,english', /^language "english" is not one of .*; write en$/],
    ['KHM,affected,A,P,a@example.org,Français', /; write fr$/],
    ['KHM,affected,A,P,a@example.org,العربية', /; write ar$/],
    ['KHM,affected,A,Director, Authority,a@example.org,en', /more cells than columns; quote cells/],
    ['KHM,affected,A,P', /is no mail address; language "" is not one of/],
    [
      'XXX,nobody,,P,nothing,xx',
      /^there is no State.*audience.*name is missing.*mail address.*language/,
    ],
  ];

  it.each(BAD)('%j is refused with its reason', async (row, reason) => {
    const file = await read(`${HEADER}\n${GOOD}\n${row}\n`);
    expect(file.rows).toBe(2);
    expect(file.contacts).toHaveLength(1);
    expect(file.refused).toEqual([{ line: 3, reason: expect.stringMatching(reason) }]);
  });

  it('is named by the line on which it begins, whatever stands between', async () => {
    const rows = BAD.map(([row]) => row);
    const text = [HEADER, GOOD, '', ...rows, '', GOOD.replace('alice', 'last')].join('\n');
    const lines = text.split('\n');
    const file = await read(text);
    expect(file.refused).toHaveLength(BAD.length);
    for (const { line } of file.refused) {
      const [begins = ''] = rows.filter((row) => lines[line - 1] === row.split('\n')[0]);
      expect([line, begins]).not.toEqual([line, '']);
    }
    // The same with the line ends of Windows, which also stand within the quotes.
    const windows = await read(text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'));
    expect(windows.refused.map((one) => one.line)).toEqual(file.refused.map((one) => one.line));
  });

  it('that names the same person again says where the first one stands', async () => {
    const again = GOOD.replace('alice@', 'ALICE@').replace('Alice Chan', 'A. Chan');
    const donor = GOOD.replace('affected', 'donor');
    const reason = 'the same person stands in line 2, and not with the same words';
    expect((await read([HEADER, GOOD, donor, again, again].join('\n'))).refused).toEqual([
      { line: 4, reason },
      { line: 5, reason },
    ]);
  });

  it('in which nobody is named is not the same as another such row', async () => {
    const nobody = 'KHM,affected,A,P,,en';
    expect((await read([HEADER, nobody, nobody].join('\n'))).refused).toEqual([
      { line: 2, reason: '"" is no mail address' },
      { line: 3, reason: '"" is no mail address' },
    ]);
  });

  it('that says exactly the same again is left out and not refused', async () => {
    const file = await read([HEADER, GOOD, GOOD, GOOD].join('\n'));
    expect([file.contacts.length, file.refused]).toEqual([1, []]);
    const note = 'the same as line 2, so it is left out';
    expect(file.notes).toEqual([
      { line: 3, note },
      { line: 4, note },
    ]);
  });

  it('with a time zone that does not exist is refused; a good zone is kept', async () => {
    const csv = [
      `${HEADER},zone`,
      `${GOOD},Mars/Olympus`,
      `${GOOD.replace('alice', 'bob')},Asia/Tokyo`,
      `${GOOD.replace('alice', 'eve')},`,
    ].join('\n');
    const file = await read(csv);
    expect(file.refused).toEqual([{ line: 2, reason: 'there is no time zone "Mars/Olympus"' }]);
    expect(file.contacts.map((contact) => contact.zone)).toEqual(['Asia/Tokyo', null]);
  });

  it('does not grow the message with what stands in it', async () => {
    const [refused] = (await read(`${HEADER}\n${'X'.repeat(5000)},affected,A,P,a@example.org,en`))
      .refused;
    expect(refused?.reason.length).toBeLessThan(120);
  });
});

describe('a file as a whole', () => {
  it.each([
    ['no header', GOOD],
    ['a header that lacks a column', 'state,audience,name,email,language\n'],
    ['a header with another name', 'state,audience,name,function,email,language\n'],
    ['a header in another language', 'état,public,nom,fonction,courriel,langue\n'],
    ['nothing', ''],
    ['only spaces', '  \n \n'],
    ['a page of the web', '<!doctype html><html><body>Sign in</body></html>'],
    ['the bytes of a spreadsheet', 'PK\u0003\u0004\u0014\u0000\u0006\u0000'],
  ])('is refused in its first line when it has %s', async (_what, csv) => {
    const file = await read(csv);
    expect(file.contacts).toEqual([]);
    expect(file.refused).toEqual([
      { line: 1, reason: expect.stringContaining('first line must be') },
    ]);
  });

  it('is refused where a quote is not closed, with the line', async () => {
    const file = await read(`${HEADER}\n${GOOD}\nKHM,affected,"Bob,P,b@example.org,en\n`);
    expect(file.contacts).toEqual([]);
    expect(file.refused[0]?.reason).toContain('The file is no CSV');
    expect(file.refused[0]?.line).toBeGreaterThan(1);
  });

  it('is refused when it has more than 20,000 rows, and not before', async () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, n) => `KHM,affected,A,P,a${n}@example.org,en`);
    expect(await read([HEADER, ...rows(20_001)].join('\n'))).toMatchObject({
      rows: 0,
      refused: [{ line: 1, reason: expect.stringContaining('More than 20000 rows') }],
    });
    expect(await read([HEADER, ...rows(20_000)].join('\n'))).toMatchObject({
      rows: 20_000,
      refused: [],
    });
  });
});

describe('a good file', () => {
  const PEOPLE = [
    'KHM,affected,"Chan, Alice","Director; Mine Action",alice+mine.action@example.org,en',
    'IRQ,affected,محمد الحداد,مدير البرنامج,m.haddad@example.org,ar',
    'TCD,affected,Chloé N’Djaména,Directrice,chloe@example.org,fr',
    'TCD,donor,李小龍,主任,li@example.org,zh',
    'EUE,donor,Zoë O\'Neill-Müller,"The ""desk""",o\'neill@example.org,es',
    'KHM,donor,Иван Кузнецов,,ivan@sub.domain.example.org,ru',
  ];
  let EXPECTED: Awaited<ReturnType<typeof read>>;
  beforeAll(async () => {
    EXPECTED = await read([HEADER, ...PEOPLE].join('\n'));
  });

  it('is read as it is: plus addresses, every script, quotes, an empty post', () => {
    expect(EXPECTED.refused).toEqual([]);
    expect(EXPECTED.contacts).toEqual([
      {
        line: 2,
        state: 'KHM',
        audience: 'affected',
        name: 'Chan, Alice',
        post: 'Director; Mine Action',
        email: 'alice+mine.action@example.org',
        language: 'en',
        zone: undefined,
      },
      expect.objectContaining({ name: 'محمد الحداد', post: 'مدير البرنامج', language: 'ar' }),
      expect.objectContaining({ name: 'Chloé N’Djaména' }),
      expect.objectContaining({ name: '李小龍', post: '主任', state: 'TCD', audience: 'donor' }),
      expect.objectContaining({ name: "Zoë O'Neill-Müller", post: 'The "desk"' }),
      expect.objectContaining({ name: 'Иван Кузнецов', post: '', line: 7 }),
    ]);
  });

  const table = [HEADER.split(','), ...PEOPLE.map((row) => parseRow(row))];
  const written = (mark: string) =>
    table
      .map((cells) =>
        cells
          .map((cell) =>
            cell.includes(mark) || cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : cell,
          )
          .join(mark),
      )
      .join('\n');

  it.each([
    ['a byte order mark', `\uFEFF${[HEADER, ...PEOPLE].join('\n')}`],
    ['the line ends of Windows', [HEADER, ...PEOPLE].join('\r\n')],
    ['the line ends of old Macs', [HEADER, ...PEOPLE].join('\r')],
    ['semicolons, with commas unquoted, as a French spreadsheet saves it', written(';')],
    ['tabs', written('\t')],
    [
      'a byte order mark, semicolons and Windows line ends',
      `\uFEFF${written(';').replaceAll('\n', '\r\n')}`,
    ],
    ['spaces around the cells', [HEADER.replaceAll(',', ' , '), ...PEOPLE].join('\n')],
    ['capital letters in the header', [HEADER.toUpperCase(), ...PEOPLE].join('\n')],
    [
      'codes in the other case',
      [HEADER, ...PEOPLE].join('\n').replace('KHM,affected', 'khm,AFFECTED').replace(',en', ',EN'),
    ],
    ['no line end at its end', [HEADER, ...PEOPLE].join('\n').trimEnd()],
  ])('is the same with %s', async (_what, csv) => {
    expect(await read(csv)).toEqual(EXPECTED);
  });

  it('may have its columns in another order, and more of them', async () => {
    const csv =
      'note,email,language,state,post,audience,name\nx,a@example.org,en,KHM,P,affected,A\n';
    expect((await read(csv)).contacts).toEqual([
      expect.objectContaining({ state: 'KHM', name: 'A', email: 'a@example.org' }),
    ]);
  });

  function parseRow(row: string): string[] {
    return [...row.matchAll(/"((?:[^"]|"")*)"|([^,]+|(?<=,)(?=,))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
    );
  }
});

describe('a mail address', () => {
  it.each([
    'a@example.org',
    'first.last+tag@sub.example.co.uk',
    "o'neill@example.org",
    'x_y-z@123.example.org',
    'director@xn--e1afmkfd.xn--p1ai',
    `${'a'.repeat(64)}@example.org`,
  ])('%s is one', (address) => expect(isMailAddress(address)).toBe(true));

  it.each([
    '',
    'a',
    'a@',
    '@example.org',
    'a@localhost',
    'a@example.o',
    'a@example.org.',
    'a@exa_mple.org',
    'a@[127.0.0.1]',
    'a@127.0.0.1',
    '"a b"@example.org',
    'a@example.org (comment)',
    'a@example.org\n',
    'a@example.org\u0000',
    'a,b@example.org',
    'a;b@example.org',
    'a@b@example.org',
    'a%0a@exam ple.org',
    `${'a'.repeat(65)}@example.org`,
    `a@${'b'.repeat(64)}.org`,
    `a@${'bcd.'.repeat(70)}org`,
    'é@example.org',
  ])('%j is none', (address) => expect(isMailAddress(address)).toBe(false));
});

describe('a mail address with a domain in other letters', () => {
  it.each([
    ['d@министерство.рф', 'd@xn--b1afiashkohcid.xn--p1ai'],
    ['d@موقع.وزارة-الاتصالات.مصر', 'd@xn--4gbrim.xn----ymcbaaajlc6dj7bxne2c.xn--wgbh1c'],
    ['d@例え。jp', 'd@xn--r8jz45g.jp'],
    ['Dora+mines@MÜNCHEN.example', 'Dora+mines@xn--mnchen-3ya.example'],
    ['d@ｅｘａｍｐｌｅ.org', 'd@example.org'],
  ])('%s is sent to as %s', (text, address) =>
    expect(readMailAddress(text)).toEqual({ ok: true, address }),
  );

  it('is named both ways beside its row, and only there', async () => {
    const row = GOOD.replace('alice@example.org', 'alice@министерство.рф');
    const file = await read([HEADER, row, GOOD].join('\n'));
    expect(file.contacts[0]?.email).toBe('alice@xn--b1afiashkohcid.xn--p1ai');
    expect(file.notes).toEqual([
      {
        line: 2,
        note: 'alice@министерство.рф is sent to as alice@xn--b1afiashkohcid.xn--p1ai',
      },
    ]);
  });
});

describe('marks that nobody sees', () => {
  it.each([
    ['the mark that turns the direction', 'Alice \u202EnahC'],
    ['an embedding around a name, as a word processor puts it', '\u202BAlice nahC\u202C'],
    ['isolates', '\u2067Alice nahC\u2069'],
    ['a space of no width', 'Ali\u200Bce nahC'],
    ['a byte order mark within', 'Alice \uFEFFnahC'],
    ['a soft hyphen', 'Al\u00ADice nahC'],
    ['letters of the plane of tags', 'Alice\u{E0041}\u{E0042} nahC'],
  ])('are taken out of a name, and the row says so: %s', async (_what, name) => {
    const file = await read([HEADER, GOOD.replace('Alice Chan', name)].join('\n'));
    expect(file.contacts[0]?.name).toBe('Alice nahC');
    expect(file.notes).toEqual([{ line: 2, note: 'invisible characters were taken out' }]);
  });

  it.each([
    ['the joiner of Persian', 'علی\u200Cرضا'],
    ['the mark of direction for one place', 'Ltd.\u200F شركة'],
  ])('stay where a script needs them: %s', async (_what, name) => {
    const file = await read([HEADER, GOOD.replace('Alice Chan', name)].join('\n'));
    expect([file.contacts[0]?.name, file.notes]).toEqual([name, []]);
  });

  it('do not make two names of one: what is kept is composed', async () => {
    const file = await read([HEADER, GOOD.replace('Alice', 'Chloe\u0301')].join('\n'));
    expect(file.contacts[0]?.name).toBe('Chlo\u00E9 Chan');
  });
});
