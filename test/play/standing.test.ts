/** Where a State is and what comes next, from the wish to invite it to its submission. */
import { describe, expect, it } from '@jest/globals';
import { responseRate } from '../../server/play/rate.ts';
import { type PlayFacts, standingOf } from '../../server/play/standing.ts';
import type { Round } from '../../server/rounds/round.ts';

const round: Round = {
  _id: 'r',
  questionnaire: { key: 'k', version: 1 },
  opensAt: new Date('2023-05-01T07:00:00Z'),
  closesAt: new Date('2023-06-30T16:00:00Z'),
  zone: 'Europe/Zurich',
  status: 'open',
  openedAt: null,
  closedAt: null,
  demonstration: false,
};
const NOW = new Date('2023-06-01T08:00:00Z');
const at = (day: string) => new Date(`${day}T08:00:00Z`);
const mail = (status: string, day = '2023-05-01', contact = 'c1') =>
  ({
    _id: 'm',
    contact,
    template: 'invitation',
    status,
    at: at(day),
  }) as PlayFacts['mails'][number];
const answers = (more: Partial<NonNullable<PlayFacts['response']>> = {}) => ({
  startedAt: null,
  savedAt: null,
  submittedAt: null,
  ahead: false,
  review: 'received' as const,
  complete: false,
  ...more,
});
const facts = (more: Partial<PlayFacts> = {}): PlayFacts => ({
  invitation: { _id: 'i', closesAt: null },
  contacts: [{ _id: 'c1', reachable: true }],
  mails: [],
  response: answers(),
  requests: [],
  ...more,
});
const two = [
  { _id: 'c1', reachable: true },
  { _id: 'c2', reachable: true },
];
const begun = { startedAt: at('2023-05-20'), savedAt: at('2023-05-30') };
const sent = { ...begun, submittedAt: at('2023-05-31') };

const CASES: [string, PlayFacts, string, string][] = [
  [
    'nobody speaks for it',
    facts({ invitation: null, contacts: [], response: null }),
    'not_invited',
    'find_contact',
  ],
  [
    'it has a contact and no invitation',
    facts({ invitation: null, response: null }),
    'not_invited',
    'invite',
  ],
  ['it was invited without a mail', facts(), 'not_mailed', 'invite'],
  [
    'its contact was released',
    facts({ contacts: [], mails: [mail('accepted')] }),
    'not_mailed',
    'find_contact',
  ],
  ['the mail waits', facts({ mails: [mail('queued')] }), 'queued', 'wait'],
  ['the mail is being sent', facts({ mails: [mail('sending')] }), 'queued', 'wait'],
  ['the mail was refused for now', facts({ mails: [mail('soft')] }), 'failing', 'wait'],
  ['the mail was refused for good', facts({ mails: [mail('hard')] }), 'bounced', 'other_contact'],
  [
    'the mail came back',
    facts({ contacts: [{ _id: 'c1', reachable: false }], mails: [mail('accepted')] }),
    'bounced',
    'other_contact',
  ],
  ['nobody knows of the mail', facts({ mails: [mail('unknown')] }), 'unknown', 'decide'],
  [
    'one of two has it',
    facts({ contacts: two, mails: [mail('hard'), mail('accepted', '2023-05-01', 'c2')] }),
    'accepted',
    'remind',
  ],
  [
    'a later mail failed',
    facts({ mails: [mail('hard', '2023-05-20'), mail('accepted')] }),
    'bounced',
    'other_contact',
  ],
  [
    'a later mail was not wanted',
    facts({ mails: [mail('cancelled', '2023-05-20'), mail('accepted')] }),
    'accepted',
    'remind',
  ],
  ['it was mailed a month ago', facts({ mails: [mail('accepted')] }), 'accepted', 'remind'],
  [
    'it was mailed yesterday',
    facts({ mails: [mail('accepted', '2023-05-31')] }),
    'accepted',
    'wait',
  ],
  [
    'it has begun',
    facts({ mails: [mail('accepted')], response: answers(begun) }),
    'draft',
    'remind',
  ],
  [
    'it has begun though its mail failed',
    facts({ mails: [mail('hard')], response: answers(begun) }),
    'draft',
    'remind',
  ],
  [
    'all is answered',
    facts({ response: answers({ ...begun, complete: true }) }),
    'draft',
    'ask_submit',
  ],
  [
    'it asks for something',
    facts({ response: answers(begun), requests: [at('2023-05-30')] }),
    'draft',
    'answer',
  ],
  ['it has submitted', facts({ response: answers(sent) }), 'submitted', 'review'],
  [
    'its answers were read',
    facts({ response: answers({ ...sent, review: 'confirmed' }) }),
    'submitted',
    'none',
  ],
  [
    'it changed something since',
    facts({ response: answers({ ...sent, ahead: true }) }),
    'reopened',
    'ask_submit',
  ],
  [
    'it declines',
    facts({
      invitation: { _id: 'i', closesAt: null, declined: { at: NOW, reason: '' } },
      mails: [mail('accepted')],
    }),
    'declined',
    'none',
  ],
  [
    'it declined and submitted all the same',
    facts({
      invitation: { _id: 'i', closesAt: null, declined: { at: NOW, reason: '' } },
      response: answers(sent),
    }),
    'submitted',
    'review',
  ],
];

describe('a State', () => {
  it.each(CASES)('when %s', (_when, given, status, next) => {
    expect(standingOf(given, round, NOW)).toMatchObject({ status, next });
  });

  it('after the deadline is given more time, or nothing once the round is closed', () => {
    const late = at('2023-07-02');
    const draft = facts({ response: answers(begun) });
    expect(standingOf(draft, round, late).next).toBe('extend');
    expect(standingOf(draft, { ...round, status: 'closed' }, late).next).toBe('none');
    const submitted = facts({ response: answers(sent) });
    expect(standingOf(submitted, { ...round, status: 'closed' }, late).next).toBe('review');
  });

  it('was last in touch by the latest of mail, save, submission and request', () => {
    const last = (more: Partial<PlayFacts>) => standingOf(facts(more), round, NOW).last;
    expect(last({})).toBeNull();
    expect(last({ mails: [mail('soft'), mail('accepted')] })).toEqual({
      kind: 'mail',
      at: at('2023-05-01'),
    });
    expect(last({ mails: [mail('accepted')], response: answers(begun) })?.kind).toBe('save');
    expect(last({ response: answers(sent) })?.kind).toBe('submission');
    expect(last({ response: answers(begun), requests: [at('2023-05-31')] })?.kind).toBe('request');
  });
});

describe('the response rate', () => {
  const dayOf = (instant: Date) => instant.toISOString().slice(0, 10);
  it('counts by the end of each day', () => {
    const days = ['2023-05-01', '2023-05-02', '2023-05-03'];
    const responses = [
      { startedAt: at('2023-05-01'), firstSubmittedAt: at('2023-05-03') },
      { startedAt: at('2023-05-02'), firstSubmittedAt: at('2023-05-02') },
      { startedAt: null, firstSubmittedAt: null },
    ];
    expect(responseRate(days, responses, dayOf)).toEqual([
      { day: '2023-05-01', started: 1, submitted: 0 },
      { day: '2023-05-02', started: 2, submitted: 1 },
      { day: '2023-05-03', started: 2, submitted: 2 },
    ]);
  });
});
