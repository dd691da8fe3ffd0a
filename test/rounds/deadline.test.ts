/** The deadline in words: in the time of the capital, and in the time in which the secretariat announced it. */
import { describe, expect, it } from '@jest/globals';
import { deadlineText } from '../../server/rounds/deadline.ts';
import { voiceOf } from '../../server/texts.ts';

const round = { closesAt: new Date('2023-06-30T16:00:00Z'), zone: 'Europe/Zurich' };
const words = (language: string, zone: string, contact: string | null = null) =>
  deadlineText(round, { zone }, contact ? { zone: contact } : { zone: null }, voiceOf(language));

describe('the deadline', () => {
  it.each([
    ['en', '30 June 2023, 23:00', '; 18:00 ('],
    ['fr', '30 juin 2023, 23:00', ' ; 18:00 ('],
    ['ar', '30 يونيو 2023، 23:00', '؛ 18:00 ('],
  ])(
    'in %s is given twice where the clocks differ, with the day once',
    (language, first, second) => {
      const text = words(language, 'Asia/Phnom_Penh');
      expect(text.startsWith(first)).toBe(true);
      expect(text.replace(/\s/g, ' ')).toContain(second);
      expect(text.match(/2023/g)).toHaveLength(1);
    },
  );

  it.each([
    ['en', '1 July 2023, 01:00', '30 June 2023, 18:00'],
    ['fr', '1 juillet 2023, 01:00', '30 juin 2023, 18:00'],
    ['ar', '1 يوليو 2023، 01:00', '30 يونيو 2023، 18:00'],
  ])('in %s names both days where it falls on another day there', (language, first, second) => {
    const text = words(language, 'Asia/Tokyo');
    expect(text.startsWith(first)).toBe(true);
    expect(text).toContain(second);
  });

  it.each([
    ['en', '30 June 2023, 18:00 ('],
    ['fr', '30 juin 2023, 18:00 ('],
    ['ar', '30 يونيو 2023، 18:00 ('],
  ])('in %s is given once where the clocks are the same', (language, expected) => {
    for (const zone of ['Europe/Zurich', 'Europe/Oslo']) {
      const text = words(language, zone);
      expect(text.startsWith(expected)).toBe(true);
      expect(text.match(/18:00/g)).toHaveLength(1);
    }
  });

  it('names each zone in the language of the reader', () => {
    expect(words('en', 'Asia/Kathmandu')).toContain('21:45 (Nepal Time)');
    expect(words('fr', 'Asia/Kathmandu')).toContain('21:45 (heure du Népal)');
    expect(words('ar', 'Asia/Kathmandu')).toContain('21:45 (توقيت نيبال)');
  });

  it("is in the contact's own zone where they have one", () => {
    expect(words('en', 'Africa/Ndjamena', 'America/Caracas')).toContain(
      '30 June 2023, 12:00 (Venezuela Time)',
    );
    expect(words('en', 'Africa/Ndjamena')).toContain('30 June 2023, 17:00 (');
    expect(deadlineText(round, { zone: 'Africa/Ndjamena' }, null, voiceOf('en'))).toBe(
      words('en', 'Africa/Ndjamena'),
    );
  });

  it('is the hour of summer in summer and of winter in winter', () => {
    const winter = { closesAt: new Date('2023-12-15T17:00:00Z'), zone: 'Europe/Zurich' };
    const text = deadlineText(winter, { zone: 'Asia/Phnom_Penh' }, null, voiceOf('en'));
    expect(text).toContain('16 December 2023, 00:00');
    expect(text).toContain('15 December 2023, 18:00');
  });

  it('writes midnight as 00:00 and never as 24:00', () => {
    const midnight = { closesAt: new Date('2023-06-30T22:00:00Z'), zone: 'Europe/Zurich' };
    for (const language of ['en', 'fr', 'ar'])
      expect(deadlineText(midnight, { zone: 'Europe/Zurich' }, null, voiceOf(language))).toContain(
        '00:00',
      );
  });
});
