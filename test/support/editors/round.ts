/** A questionnaire of a few plain texts, and one invitation after another for three editors to write together. */
import { SYSTEM } from '../../../server/audit/event.ts';
import { newId } from '../../../server/db/record.ts';
import type { Link } from '../../../server/invitations/invitation.ts';
import type { Definition } from '../../../server/questionnaire/definition.ts';
import { openRound } from '../../../server/rounds/plan.ts';
import { hashToken, newToken } from '../../../server/secrets.ts';
import { loadContacts, loadStates } from '../../../server/states/load.ts';
import type { TestApp } from '../app.ts';
import { statesCsv } from '../rounds.ts';
import { smallDefinition } from '../small-questionnaire.ts';

export const SECTIONS = { first: ['p', 'q', 'r'], second: ['s', 't'] } as const;
export type SectionName = keyof typeof SECTIONS;
export const QUESTIONS: string[] = Object.values(SECTIONS).flat();
/** The question for files; it stands in the second section. */
export const FILE = 'paper';

/** Nothing is required, so that any draft may be submitted. */
function definition(): Definition {
  const small = smallDefinition();
  const ask = (id: string, section: string) => ({
    id,
    section,
    label: `Words ${id}`,
    required: false,
  });
  return {
    ...small,
    key: 'editors',
    indicators: [],
    sections: Object.keys(SECTIONS).map((id) => ({
      id,
      audiences: ['affected'],
      action: 42,
      title: `The ${id} section`,
    })),
    questions: [
      ...Object.entries(SECTIONS).flatMap(([section, ids]) =>
        ids.map((id) => ({
          ...ask(id, section),
          type: 'text' as const,
          maxLength: 40,
          multiline: false,
        })),
      ),
      {
        ...ask(FILE, 'second'),
        type: 'file',
        accept: ['application/pdf'],
        maxFiles: 5,
        maxMebibytes: 1,
      },
    ],
    audiences: small.audiences.slice(0, 1),
  };
}

export type Shared = { invitation: string; tokens: string[]; links: Link[] };

/** Of all players in one database together. */
let rounds = 0;

/**
 * Where schedules are played: each call gives an invitation that nobody has touched, with three personal links. They are
 * made a round at a time, since one is slow to make and a hundred are not slower.
 */
export async function sharedResponses({ services }: TestApp): Promise<() => Promise<Shared>> {
  const loaded = await services.catalogue.load(definition(), services.clock());
  if (!loaded.ok) throw new Error(`the questionnaire is refused: ${JSON.stringify(loaded)}`);
  await loadStates(services, statesCsv(), SYSTEM);
  const people = ['Alice', 'Bob', 'Chantal'].map(
    (name) => `KHM,affected,${name},Director,${name.toLowerCase()}@example.org,en`,
  );
  const csv = ['state,audience,name,post,email,language', ...people].join('\n');
  await loadContacts(services, csv, ['affected'], { dryRun: false, actor: SYSTEM });
  const contacts = (await services.contacts.of('KHM', 'affected')).map((contact) => contact._id);
  const states = (await services.states.all()).map((state) => state._id);
  const ready: Shared[] = [];

  async function more(): Promise<void> {
    rounds += 1;
    const slug = `editors-${rounds}`;
    const createdAt = services.clock();
    const invitations = states.map((state) => ({
      ...{ _id: newId(), round: slug, state, audience: 'affected', createdAt },
      closesAt: null,
    }));
    await services.transaction(async (session) => {
      await services.rounds.insert(
        {
          _id: slug,
          questionnaire: { key: 'editors', version: 1 },
          opensAt: new Date('2023-05-01T07:00:00Z'),
          closesAt: new Date('2023-06-30T16:00:00Z'),
          zone: 'Europe/Zurich',
          status: 'planned',
          openedAt: null,
          closedAt: null,
          demonstration: false,
        },
        session,
      );
      await services.invitations.insert(invitations, session);
      await services.responses.open(invitations, session);
    });
    await openRound(services, slug, SYSTEM);
    const made = invitations.map(({ _id: invitation }): Shared => {
      const tokens = contacts.map(newToken);
      // As `links.mint` makes them, five hundred at once.
      const links = tokens.map((token, place) => ({
        _id: newId(),
        ...{ invitation, contact: contacts[place] ?? null, delegate: null, message: null },
        ...{ tokenHash: hashToken(token), createdAt, revokedAt: null },
      }));
      return { invitation, tokens, links };
    });
    await services.connection
      .collection<Link>('links')
      .insertMany(made.flatMap(({ links }) => links));
    ready.push(...made);
  }

  let making: Promise<void> | null = null;
  return async () => {
    for (;;) {
      const next = ready.pop();
      if (next) return next;
      making ??= more().finally(() => {
        making = null;
      });
      await making;
    }
  };
}
