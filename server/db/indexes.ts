/** Every index of every collection. Unique ones are rules, the others are speed. */
import type { Connection } from 'mongoose';

type Index = {
  keys: Record<string, 1 | -1>;
  unique?: true;
  sparse?: true;
  expireAfterSeconds?: number;
  /** Only records that match count. */
  partialFilterExpression?: Record<string, string>;
};

const INDEXES: Record<string, Index[]> = {
  questionnaires: [{ keys: { key: 1, version: 1 }, unique: true }],
  states: [],
  registers: [],
  contacts: [
    { keys: { state: 1, audience: 1, address: 1 }, unique: true },
    { keys: { address: 1 } },
  ],
  /** Names and addresses that nobody has loaded yet go away by themselves. */
  contactImports: [{ keys: { expiresAt: 1 }, expireAfterSeconds: 0 }],
  contactImportRows: [
    { keys: { import: 1, part: 1 } },
    { keys: { expiresAt: 1 }, expireAfterSeconds: 0 },
  ],
  rounds: [{ keys: { 'questionnaire.key': 1, 'questionnaire.version': 1 } }],
  /** A State waits for one answer at a time. */
  extensions: [
    {
      keys: { invitation: 1, status: 1 },
      unique: true,
      partialFilterExpression: { status: 'open' },
    },
    { keys: { invitation: 1, askedAt: -1 } },
    { keys: { round: 1 } },
  ],
  referrals: [
    { keys: { by: 1, status: 1 }, unique: true, partialFilterExpression: { status: 'open' } },
    { keys: { round: 1 } },
  ],
  /** One State is asked once per audience and round. */
  invitations: [{ keys: { round: 1, state: 1, audience: 1 }, unique: true }],
  links: [{ keys: { tokenHash: 1 }, unique: true }, { keys: { invitation: 1 } }],
  delegates: [{ keys: { invitation: 1 } }],
  /** A second enqueue of the same mail is impossible. */
  messages: [
    { keys: { key: 1 }, unique: true },
    { keys: { status: 1, priority: 1, nextAttemptAt: 1, mailing: 1 } },
    { keys: { round: 1, template: 1 } },
    { keys: { invitation: 1 } },
    { keys: { mailing: 1, status: 1 } },
  ],
  /** A form that is sent twice makes one mailing. */
  mailings: [{ keys: { key: 1 }, unique: true }, { keys: { round: 1 } }, { keys: { status: 1 } }],
  templates: [{ keys: { template: 1, language: 1, version: -1 } }],
  reminderPlans: [],
  outboxControl: [],
  sealedMails: [],
  /** A report that is read twice acts once. */
  bounces: [
    { keys: { key: 1 }, unique: true },
    { keys: { contact: 1, at: -1 } },
    { keys: { message: 1 } },
  ],
  bounceReadings: [],
  responses: [
    { keys: { round: 1, state: 1, audience: 1 }, unique: true },
    /** What the columns are behind with. */
    { keys: { folded: 1, round: 1 } },
    { keys: { round: 1, place: 1 } },
  ],
  columnHeads: [],
  columnBlocks: [{ keys: { round: 1, revision: 1 } }],
  columnDetails: [{ keys: { round: 1 } }],
  revisions: [
    { keys: { response: 1, revision: -1 }, unique: true },
    { keys: { reference: 1 }, unique: true },
    { keys: { 'receipt.sha256': 1 } },
  ],
  cutOffs: [{ keys: { round: 1, slug: 1 }, unique: true }],
  cutOffParts: [{ keys: { cutOff: 1, n: 1 }, unique: true }],
  rates: [{ keys: { round: 1 } }],
  themes: [{ keys: { round: 1, folded: 1 }, unique: true }],
  themeTags: [{ keys: { round: 1, theme: 1 } }],
  files: [{ keys: { invitation: 1 } }],
  notesVerbales: [{ keys: { invitation: 1 } }],
  /** A question waits for one answer at a time, and a form that is sent twice asks once. */
  clarifications: [
    { keys: { key: 1 }, unique: true },
    {
      keys: { response: 1, questions: 1 },
      unique: true,
      partialFilterExpression: { status: 'asked' },
    },
    { keys: { round: 1 } },
  ],
  followUps: [{ keys: { round: 1 } }],
  stateReviews: [
    { keys: { round: 1 } },
    { keys: { 'questionnaire.key': 1, 'questionnaire.version': 1 } },
  ],
  accounts: [{ keys: { email: 1 }, unique: true }],
  signIns: [{ keys: { tokenHash: 1 } }, { keys: { expiresAt: 1 }, expireAfterSeconds: 86_400 }],
  sessions: [{ keys: { expires: 1 }, expireAfterSeconds: 0 }],
  audit: [{ keys: { n: 1 } }, { keys: { 'subject.id': 1 } }],
  auditHead: [],
  leases: [],
  limits: [
    { keys: { key: 1 }, unique: true },
    { keys: { expire: 1 }, expireAfterSeconds: 0 },
  ],
};

/** Makes what is missing. A collection must be there before a transaction writes to it, so empty ones are made too. */
export async function ensureIndexes(connection: Connection): Promise<void> {
  const db = connection.getClient().db(connection.name);
  const there = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map((c) => c.name),
  );
  await Promise.all(
    Object.entries(INDEXES).map(async ([collection, indexes]) => {
      if (!there.has(collection))
        await db.createCollection(collection).catch((error: { codeName?: string }) => {
          // Another process was faster.
          if (error.codeName !== 'NamespaceExists') throw error;
        });
      if (indexes.length > 0)
        await db
          .collection(collection)
          .createIndexes(indexes.map(({ keys, ...options }) => ({ key: keys, ...options })));
    }),
  );
}

/** Whether all indexes are in place, for `/readyz`. */
export async function indexesInPlace(connection: Connection): Promise<boolean> {
  const db = connection.getClient().db(connection.name);
  const complete = await Promise.all(
    Object.entries(INDEXES).map(async ([collection, indexes]) => {
      const made = await db
        .collection(collection)
        .indexes()
        .catch(() => []);
      return indexes.every((index) =>
        made.some((one) => JSON.stringify(one.key) === JSON.stringify(index.keys)),
      );
    }),
  );
  return complete.every(Boolean);
}
