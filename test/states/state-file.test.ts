/** The States file: who they are at 1 May 2023, and what a bad file is refused for. */
import { describe, expect, it } from '@jest/globals';
import { isMember, nameIn, type State } from '../../server/states/state.ts';
import { readStates } from '../../server/states/state-file.ts';
import { statesCsv } from '../support/rounds.ts';

const DATE = '2023-05-01';
const states = ((): State[] => {
  const file = readStates(statesCsv());
  if (!file.ok) throw new Error(JSON.stringify(file.problems));
  return file.states;
})();
const keysOf = (group: string, date = DATE) =>
  states.filter((state) => isMember(state, group, date)).map((state) => state._id);
const find = (key: string): State => {
  const state = states.find((one) => one._id === key);
  if (!state) throw new Error(key);
  return state;
};

describe('the bundled file', () => {
  it('has 170 States: 164 parties, and six donors that are none', () => {
    expect(states).toHaveLength(170);
    expect(keysOf('allStatesParties')).toHaveLength(164);
    expect(keysOf('donorNonParties')).toHaveLength(6);
    expect(keysOf('donorNonParties')).toEqual(expect.arrayContaining(['USA', 'EUE']));
    const parties = new Set(keysOf('allStatesParties'));
    expect(states.filter((state) => !parties.has(state._id)).map((state) => state._id)).toEqual(
      keysOf('donorNonParties'),
    );
  });

  it('has 41 affected States Parties, and all of them are parties', () => {
    const affected = keysOf('affectedStatesParties');
    expect(affected).toHaveLength(41);
    expect(affected).toEqual(expect.arrayContaining(['KHM', 'IRQ', 'TCD', 'TUR', 'UKR']));
    const parties = new Set(keysOf('allStatesParties'));
    expect(affected.filter((key) => !parties.has(key))).toEqual([]);
  });

  it('holds Article 5 and victim assistance within the parties, and 28 donor parties', () => {
    const parties = new Set(keysOf('allStatesParties'));
    for (const group of ['article5', 'victimAssistance']) {
      expect(keysOf(group).length).toBeGreaterThan(20);
      expect(keysOf(group).filter((key) => !parties.has(key))).toEqual([]);
    }
    expect(keysOf('donorStatesParties')).toHaveLength(28);
  });

  it('names each in English, French and Arabic, with codes and the zone of its capital', () => {
    for (const state of states) {
      for (const language of ['en', 'fr', 'ar']) expect(nameIn(state, language)).not.toBe('');
      expect([state._id, state.names.ar]).toEqual([
        state._id,
        expect.stringMatching(/\p{Script=Arabic}/u),
      ]);
      expect(state.iso2).toMatch(/^[A-Z]{2}$/);
      expect(state.iso3 ?? 'none').toMatch(
        state._id === 'EUE' ? /^none$/ : new RegExp(`^${state._id}$`),
      );
      expect(() => new Intl.DateTimeFormat('en', { timeZone: state.zone })).not.toThrow();
    }
    expect(new Set(states.map((state) => state.iso2)).size).toBe(170);
    expect(find('KHM')).toMatchObject({ region: 'asia_pacific', zone: 'Asia/Phnom_Penh' });
    expect(nameIn(find('TCD'), 'fr')).toBe('Tchad');
  });

  it('says of no membership that it was checked, and claims no date that is not known', () => {
    const memberships = states.flatMap((state) => state.memberships);
    expect(memberships.filter((one) => one.verified)).toEqual([]);
    expect(memberships.filter((one) => one.to !== null)).toEqual([]);
    for (const { from } of memberships) expect(from ?? DATE).toMatch(/^\d{4}-\d\d-\d\d$/);
  });

  it('gives the States Parties of a date: who joined later is not counted before', () => {
    const header = statesCsv().split('\n')[0];
    const row = 'XNL,XN,,Newland,,,,,,asia_pacific,Pacific/Majuro,1,2025-09-01,0,0,0,0';
    const file = readStates(`${header}\n${row}\n`);
    const [state] = file.ok ? file.states : [];
    if (!state) throw new Error('refused');
    expect(isMember(state, 'allStatesParties', DATE)).toBe(false);
    expect(isMember(state, 'allStatesParties', '2025-08-31')).toBe(false);
    expect(isMember(state, 'allStatesParties', '2025-09-01')).toBe(true);
    // A name that is missing is the English one.
    expect(nameIn(state, 'ar')).toBe('Newland');
  });

  it('lets a membership end on its day', () => {
    const state: State = {
      ...find('KHM'),
      memberships: [{ group: 'g', from: '2000-01-01', to: '2023-05-01', verified: true }],
    };
    expect(isMember(state, 'g', '1999-12-31')).toBe(false);
    expect(isMember(state, 'g', '2023-04-30')).toBe(true);
    expect(isMember(state, 'g', '2023-05-01')).toBe(false);
    expect(isMember(state, 'other', '2023-04-30')).toBe(false);
  });
});

describe('a States file that is wrong', () => {
  const [header = '', ...rows] = statesCsv().trim().split('\n');
  const good = rows[0] ?? '';
  const place = (name: string) => header.split(',').indexOf(name);
  const changed = (name: string, value: string) => {
    const cells = good.split(',');
    cells[place(name)] = value;
    return cells.join(',');
  };
  const problems = (csv: string) => {
    const file = readStates(csv);
    return file.ok ? [] : file.problems;
  };

  it.each([
    ['key', 'AF', 'three capital letters'],
    ['key', 'afg', 'three capital letters'],
    ['iso2', 'AFG', 'two capital letters'],
    ['name_en', '', 'name_en'],
    ['region', 'europe', 'region'],
    ['zone', 'Asia/Nowhere', 'no such time zone'],
    ['zone', '', 'no such time zone'],
    ['party', 'yes', 'party'],
    ['party', '', 'party'],
    ['party_from', '1.9.2025', 'a day such as 2003-09-13'],
    ['affected', '2', 'affected'],
    ['donor', 'x', 'donor'],
  ])('in %s with %j is refused with line and reason', (name, value, reason) => {
    const [problem, second] = problems(
      [header, ...rows.slice(1, 4), changed(name, value)].join('\n'),
    );
    expect(problem).toEqual({ line: 5, reason: expect.stringContaining(reason) });
    expect(problem?.reason).toContain(name);
    expect(second).toBeUndefined();
  });

  it('names every bad row, a State that stands twice, and cells that are too many', () => {
    const csv = [header, good, changed('zone', 'X'), good, `${rows[1]},1`].join('\n');
    expect(problems(csv)).toEqual([
      { line: 3, reason: 'zone: no such time zone' },
      { line: 4, reason: 'AFG stands twice' },
      { line: 5, reason: 'there are more cells than columns' },
    ]);
  });

  it.each([
    ['without a header', good, 'The first line lacks key, iso2'],
    ['without a column', `${header.replace(',zone', '')}\n${good}`, 'The first line lacks zone.'],
    ['with a header and no State', header, 'There is no State in the file.'],
    ['that is empty', '', 'The first line lacks'],
    ['with a quote that is not closed', `${header}\n"${good}`, 'The file is no CSV'],
  ])('%s is refused as a whole', (_what, csv, reason) => {
    expect(problems(csv)).toEqual([
      { line: expect.any(Number), reason: expect.stringContaining(reason) },
    ]);
  });

  it('may have a byte order mark, semicolons and the line ends of Windows', () => {
    const csv = `\uFEFF${[header, ...rows].join('\r\n')}`;
    expect(readStates(csv)).toEqual({ ok: true, states });
    // No cell of the file holds a comma.
    expect(readStates(csv.replaceAll(',', ';'))).toEqual({ ok: true, states });
  });
});
