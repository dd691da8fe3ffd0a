import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { inBatches } from '../db/batches.ts';
import { AT_ONCE, insertRecord, schemaOptions } from '../db/record.ts';
import type { AnswerValue } from '../questionnaire/answers.ts';
import {
  fieldKey,
  type Response,
  type ResponseStatus,
  type Review,
  type SaveBy,
  type SectionState,
  type Submission,
  type Submitted,
  statusOf,
  type Uses,
} from './response.ts';

/** What the columns need of a response besides: see `BEHIND`. */
type Foldable = { changes?: number; folded?: boolean; place?: number };

const schema = new Schema<Response & Foldable>(
  {
    _id: String,
    round: String,
    state: String,
    audience: String,
    startedAt: Date,
    draft: Schema.Types.Mixed,
    sections: Schema.Types.Mixed,
    ahead: Boolean,
    firstSubmittedAt: Date,
    submitted: Schema.Types.Mixed,
    review: String,
    changes: Number,
    folded: Boolean,
    place: Number,
  },
  schemaOptions,
);

/**
 * Goes with every write that changes what is counted: the columns are behind with this response until it is folded into them.
 * `changes` tells the folder that another write came while it was at work.
 */
const BEHIND = { $inc: { changes: 1 }, $unset: { folded: '' } } as const;
const hasNone = trusted({ $exists: false });

/** A response as the columns have it: whose it is, where it stands, and the row of codes. */
export type CountedRow = Pick<Response, '_id' | 'state' | 'audience' | 'review' | 'startedAt'> & {
  /** As many writes as were counted by then. */
  changes?: number;
  /** In the columns; absent before the first time. */
  place?: number;
  submitted: Pick<
    NonNullable<Response['submitted']>,
    'revision' | 'use' | 'uses' | 'row' | 'submittedAt'
  > | null;
};
const COUNTED = {
  state: 1,
  audience: 1,
  review: 1,
  startedAt: 1,
  changes: 1,
  place: 1,
  'submitted.revision': 1,
  'submitted.use': 1,
  'submitted.uses': 1,
  'submitted.row': 1,
  'submitted.submittedAt': 1,
} as const;

/** The stages that find what the columns of a round are behind with, in the order of State and audience. */
export const stagesOfUnfolded = (round: string) => [
  { $match: { round, folded: null } },
  { $sort: { state: 1, audience: 1 } },
  { $project: COUNTED },
];

const SAVES_KEPT = 50;

const revisionId = (response: string, revision: number) => `${response}:${revision}`;
/** Of those that were submitted at all. */
const idsOf = (wanted: { response: string; revision: number }[]) =>
  wanted
    .filter(({ revision }) => revision > 0)
    .map((one) => revisionId(one.response, one.revision));

type Revision = Submission & { _id: string; response: string };
const revisionSchema = new Schema<Revision>(
  {
    _id: String,
    response: String,
    revision: Number,
    reference: String,
    submittedAt: Date,
    by: Schema.Types.Mixed,
    link: String,
    answers: Schema.Types.Mixed,
    other: Schema.Types.Mixed,
    use: String,
    uses: Schema.Types.Mixed,
    receipt: Schema.Types.Mixed,
    note: Schema.Types.Mixed,
    sections: Schema.Types.Mixed,
    row: Buffer,
  },
  schemaOptions,
);

/** A change to the answers of one section: `null` takes an answer away. */
export type SectionChange = {
  section: string;
  /** The revision that the writer saw. */
  seen: number;
  answers: Record<string, AnswerValue | null>;
  other: Record<string, string | null>;
  unparsed: Record<string, string | null>;
  uses?: Record<string, Uses[string] | null>;
};

/** Whose a response is, and whether it is submitted. */
export type Head = Pick<Response, 'state' | 'audience' | 'review'> & { submitted: boolean };

/**
 * So few that they are gone again before the memory that they lay in is looked at: with 200 of them a server that writes a million
 * rows holds 100 MB more.
 */
const ANSWERS_AT_ONCE = 50;

export function responseStore(connection: Connection) {
  const model = connection.model('Response', schema, 'responses');
  const plain = <T extends object>() =>
    connection.getClient().db(connection.name).collection<T>('responses');
  const revisions = connection.model('Revision', revisionSchema, 'revisions');
  /**
   * The driver's own, for the two updates that respondents wait for: what mongoose does before each, looking at every field, takes a
   * tenth of a save. Here every name and value was made by our own parsing.
   */
  const asItIs = plain<Response>();
  return {
    /** An empty draft for each invitation. */
    async open(
      invitations: { _id: string; round: string; state: string; audience: string }[],
      session: ClientSession,
    ): Promise<void> {
      if (invitations.length === 0) return;
      const blank = invitations.map(
        ({ _id, round, state, audience }): Response => ({
          _id,
          round,
          state,
          audience,
          startedAt: null,
          draft: { answers: {}, other: {}, unparsed: {} },
          sections: {},
          ahead: false,
          submitted: null,
          review: 'received',
        }),
      );
      await model.insertMany(blank, { session });
    },

    async find(id: string): Promise<Response | null> {
      return model.findOne({ _id: id }).lean<Response>();
    },

    /** In any order; those that are not there are left out. */
    async among(ids: string[]): Promise<Response[]> {
      return model.find({ _id: trusted({ $in: ids }) }).lean<Response[]>();
    },

    async ofRound(round: string): Promise<Response[]> {
      return model
        .find({ round })
        .sort({ state: 1, audience: 1 })
        .batchSize(AT_ONCE)
        .lean<Response[]>();
    },

    /** What a State last submitted in a round; null for nothing. */
    async submissionOf(round: string, state: string, audience: string): Promise<Submission | null> {
      const found = await model
        .findOne({ round, state, audience }, { submitted: 1 })
        .lean<Response>();
      return found?.submitted ?? null;
    },

    /** One by one, in the order of State and audience, without holding them all. */
    stream(round: string): AsyncIterable<Response> {
      return model.find({ round }).sort({ state: 1, audience: 1 }).lean<Response[]>().cursor();
    },

    /**
     * The same some at a time, without what no export shows. Straight from the driver, which is twice as fast as going
     * through mongoose for each.
     */
    submitted(round: string): AsyncGenerator<Submitted[]> {
      const unseen = ['draft', 'sections', 'submitted.row', 'submitted.receipt', 'submitted.by'];
      const projection = Object.fromEntries(unseen.map((name) => [name, 0]));
      return inBatches(
        plain().find(
          { round },
          { projection, sort: { state: 1, audience: 1 }, batchSize: ANSWERS_AT_ONCE, raw: true },
        ),
      );
    },

    /** The same without answers: whose it is, and whether it is submitted. */
    heads(round: string): AsyncGenerator<Head[]> {
      return inBatches(
        plain().find(
          { round },
          {
            projection: {
              _id: 0,
              state: 1,
              audience: 1,
              review: 1,
              submitted: { $gt: ['$submitted', null] },
            },
            batchSize: AT_ONCE,
            raw: true,
          },
        ),
      );
    },

    async count(round: string): Promise<number> {
      return model.countDocuments({ round });
    },

    /** What each response is at, without its answers. */
    async statuses(
      round: string,
    ): Promise<
      { _id: string; status: ResponseStatus; submitted: boolean; submittedAt: Date | null }[]
    > {
      const found = await model
        .find({ round }, { startedAt: 1, ahead: 1, 'submitted.submittedAt': 1 })
        .lean<Response[]>();
      return found.map((response) => ({
        _id: response._id,
        status: statusOf(response),
        submitted: Boolean(response.submitted),
        submittedAt: response.submitted?.submittedAt ?? null,
      }));
    },

    /**
     * Saves a section if it still is at the revision that the writer saw; false otherwise. One update, so it is
     * on disk as a whole or not at all.
     */
    async saveSection(
      id: string,
      change: SectionChange,
      by: SaveBy,
      session?: ClientSession,
    ): Promise<boolean> {
      const at = `sections.${change.section}`;
      const state: Omit<SectionState, 'saves'> = {
        revision: change.seen + 1,
        savedAt: by.at,
        savedBy: by.link,
        key: by.key,
        turn: by.turn,
      };
      const set: Record<string, unknown> = { ahead: true };
      for (const [name, value] of Object.entries(state)) set[`${at}.${name}`] = value;
      const unset: Record<string, ''> = {};
      const { answers, other, uses = {} } = change;
      const parts = { answers, other, uses } as const;
      for (const [part, changes] of Object.entries(parts))
        for (const [question, value] of Object.entries(changes)) {
          if (value === null) unset[`draft.${part}.${question}`] = '';
          else set[`draft.${part}.${question}`] = value;
        }
      // Field names hold dots, so the unread words are kept under names without.
      for (const [field, words] of Object.entries(change.unparsed)) {
        if (words === null) unset[`draft.unparsed.${fieldKey(field)}`] = '';
        else set[`draft.unparsed.${fieldKey(field)}`] = words;
      }
      const result = await asItIs.updateOne(
        {
          _id: id,
          ...(change.seen === 0
            ? { [at]: { $exists: false } }
            : { [`${at}.revision`]: change.seen }),
        },
        {
          $set: set,
          $push: { [`${at}.saves`]: { $each: [{ at: by.at, by: by.link }], $slice: -SAVES_KEPT } },
          ...(Object.keys(unset).length > 0 ? { $unset: unset } : {}),
        },
        session ? { session } : {},
      );
      return result.modifiedCount === 1;
    },

    /** Marks the first save. False when it was marked before. */
    async start(id: string, at: Date, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, startedAt: null },
        { $set: { startedAt: at }, ...BEHIND },
        { session },
      );
      return result.modifiedCount === 1;
    },

    /**
     * Puts a submission in place of the one before. False when another one came first, or when a section was
     * saved after the submitter looked. `seen` has every section, with 0 for one that nobody had saved.
     */
    async submit(
      id: string,
      submission: Submission,
      seen: Record<string, number>,
      session: ClientSession,
      { ahead, review }: Pick<Response, 'ahead' | 'review'> = { ahead: false, review: 'received' },
    ): Promise<boolean> {
      const result = await asItIs.updateOne(
        {
          _id: id,
          ...(submission.revision === 1
            ? { submitted: null }
            : { 'submitted.revision': submission.revision - 1 }),
          ...Object.fromEntries(
            Object.entries(seen).map(([section, revision]) =>
              revision === 0
                ? [`sections.${section}`, { $exists: false }]
                : [`sections.${section}.revision`, revision],
            ),
          ),
        },
        {
          $set: {
            submitted: submission,
            ahead,
            review,
            ...(submission.revision === 1 ? { firstSubmittedAt: submission.submittedAt } : {}),
          },
          ...BEHIND,
        },
        { session, ignoreUndefined: true },
      );
      if (result.modifiedCount !== 1) return false;
      const _id = revisionId(id, submission.revision);
      await insertRecord<Revision>(
        revisions.collection,
        { ...submission, _id, response: id },
        session,
      );
      return true;
    },

    /** States that submitted and wish to answer the other questionnaire too. */
    async wishingOther(round: string): Promise<Pick<Response, 'state' | 'audience'>[]> {
      return model
        .find({ round, 'submitted.answers.r_both': 'yes' }, { state: 1, audience: 1 })
        .sort({ state: 1 })
        .lean<Response[]>();
    },

    /**
     * What results are counted from: no answers, only each submission's row of codes; in the order of State and audience.
     * @param of `unfolded`: only those that the columns are behind with
     */
    async rows(
      round: string,
      of: { unfolded: boolean; most?: number },
      session: ClientSession | null = null,
    ): Promise<CountedRow[]> {
      const query = model
        .find({ round, ...(of.unfolded ? { folded: null } : {}) }, COUNTED)
        .session(session);
      if (of.most) query.limit(of.most);
      else query.sort({ state: 1, audience: 1 });
      return query.lean<CountedRow[]>();
    },

    /** The same of some responses. */
    async countedAmong(ids: string[]): Promise<CountedRow[]> {
      return model.find({ _id: trusted({ $in: ids }) }, COUNTED).lean<CountedRow[]>();
    },

    /** Whose some places of the columns are. */
    async atPlaces(round: string, places: number[]): Promise<CountedRow[]> {
      const { 'submitted.row': _row, ...without } = COUNTED;
      return model.find({ round, place: trusted({ $in: places }) }, without).lean<CountedRow[]>();
    },

    /** The rounds that the columns are behind with. */
    async unfoldedRounds(): Promise<string[]> {
      return model.distinct('round', { folded: null });
    },

    /** Where States of a round stand in the columns already, by State. */
    async placesOf(round: string, states: string[]): Promise<Map<string, number>> {
      const found = await model
        .find(
          { round, state: trusted({ $in: states }), place: trusted({ $exists: true }) },
          { state: 1, place: 1 },
        )
        .lean<(Pick<Response, 'state'> & { place: number })[]>();
      return new Map(found.map(({ state, place }) => [state, place]));
    },

    /** A place is given once and never changes. */
    async givePlaces(given: { response: string; place: number }[]): Promise<void> {
      if (given.length === 0) return;
      await model.bulkWrite(
        given.map(({ response, place }) => ({
          updateOne: {
            filter: { _id: response, place: hasNone },
            update: { $set: { place } },
          },
        })),
        { ordered: false },
      );
    },

    /** The columns have these as they were read; those that were written since stay behind. */
    async markFolded(rows: Pick<CountedRow, '_id' | 'changes'>[]): Promise<void> {
      if (rows.length === 0) return;
      await model.bulkWrite(
        rows.map(({ _id, changes }) => ({
          updateOne: {
            filter: { _id, changes: changes ?? hasNone },
            update: { $set: { folded: true } },
          },
        })),
        { ordered: false },
      );
    },

    /** All of a round is to be folded anew, at new places. */
    async unfold(round: string): Promise<void> {
      await model.updateMany({ round }, { ...BEHIND, $unset: { folded: '', place: '' } });
    },

    /** What is known of these States has changed, and with it where their answers are counted. */
    async unfoldStates(states: string[], session: ClientSession): Promise<void> {
      await model.updateMany({ state: trusted({ $in: states }) }, BEHIND, { session });
    },

    /** Which revision of each response counts, all at one instant; by State. */
    async counted(round: string): Promise<
      (Pick<Response, 'state' | 'audience' | 'review'> & {
        response: string;
        revision: number;
        started: boolean;
      })[]
    > {
      const session = await connection.startSession({ snapshot: true });
      try {
        const found = await model
          .find(
            { round },
            { state: 1, audience: 1, review: 1, startedAt: 1, 'submitted.revision': 1 },
          )
          .sort({ state: 1, audience: 1 })
          .session(session)
          .lean<Response[]>();
        return found.map(({ _id, state, audience, review, startedAt, submitted }) => ({
          response: _id,
          state,
          audience,
          review,
          revision: submitted?.revision ?? 0,
          started: startedAt !== null,
        }));
      } finally {
        await session.endSession();
      }
    },

    /** What was submitted as these revisions, by response. */
    async revisionsAt(
      wanted: { response: string; revision: number }[],
    ): Promise<Map<string, Revision>> {
      const found = await revisions
        .find({ _id: trusted({ $in: idsOf(wanted) }) })
        .lean<Revision[]>();
      return new Map(found.map((one) => [one.response, one]));
    },

    /** What results are counted from as these revisions stood: no answers, only the rows of codes. By response. */
    async rowsAt(wanted: { response: string; revision: number }[]): Promise<Map<string, Revision>> {
      const found = await revisions
        .find(
          { _id: trusted({ $in: idsOf(wanted) }) },
          { response: 1, revision: 1, use: 1, uses: 1, row: 1, submittedAt: 1 },
        )
        .lean<Revision[]>();
      return new Map(found.map((one) => [one.response, one]));
    },

    /** Of these revisions only the answers to some questions, with the words beside them. */
    async answersAt(
      wanted: { response: string; revision: number }[],
      questions: string[],
    ): Promise<
      ({ response: string } & Pick<Submission, 'answers' | 'other' | 'reference' | 'submittedAt'>)[]
    > {
      const fields = questions.flatMap((id) => [`answers.${id}`, `other.${id}`]);
      const found = await revisions
        .find(
          { _id: trusted({ $in: idsOf(wanted) }) },
          {
            response: 1,
            reference: 1,
            submittedAt: 1,
            ...Object.fromEntries(fields.map((field) => [field, 1])),
          },
        )
        .lean<Revision[]>();
      // A submission without any of the fields comes back without the whole.
      return found.map((one) => ({ ...one, answers: one.answers ?? {}, other: one.other ?? {} }));
    },

    /** What each State of a round says now of how its answers may be used. */
    async usesOf(round: string): Promise<Map<string, Pick<Submission, 'use' | 'uses'>>> {
      const found = await model
        .find({ round }, { 'submitted.use': 1, 'submitted.uses': 1 })
        .lean<Response[]>();
      return new Map(
        found.flatMap(({ _id, submitted }) => (submitted ? [[_id, submitted] as const] : [])),
      );
    },

    async revisions(id: string): Promise<Revision[]> {
      return revisions.find({ response: id }).sort({ revision: -1 }).lean<Revision[]>();
    },

    /** By what stands in a receipt. */
    async findRevision(by: { reference: string } | { sha256: string }): Promise<Revision | null> {
      const query =
        'reference' in by ? { reference: by.reference } : { 'receipt.sha256': by.sha256 };
      return revisions.findOne(query).lean<Revision>();
    },

    async findRevisionOf(id: string, revision: number): Promise<Revision | null> {
      return revisions.findOne({ response: id, revision }).lean<Revision>();
    },

    /** Under clarification no more; whatever else the Committee has said of it stays. */
    async unmarkClarification(id: string, session: ClientSession): Promise<void> {
      await model.updateOne(
        { _id: id, review: 'clarification' },
        { $set: { review: 'received' }, ...BEHIND },
        { session },
      );
    },

    async setReview(id: string, review: Review, session: ClientSession): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, submitted: trusted({ $ne: null }) },
        { $set: { review }, ...BEHIND },
        { session },
      );
      return result.matchedCount === 1;
    },
  };
}
