import { type ClientSession, type Connection, Schema } from 'mongoose';
import { newId, schemaOptions } from '../db/record.ts';
import type { Counted, CutOff } from './cut-off.ts';

const schema = new Schema<CutOff>(
  {
    _id: String,
    round: String,
    slug: String,
    name: String,
    takenAt: Date,
    by: String,
    states: Schema.Types.Mixed,
    submitted: Number,
    invited: Number,
  },
  schemaOptions,
);

/** Some of the responses of a cut-off: all of a large round do not fit into one document. */
type Part = { _id: string; cutOff: string; n: number; responses: Counted[] };
const partSchema = new Schema<Part>(
  { _id: String, cutOff: String, n: Number, responses: Schema.Types.Mixed },
  schemaOptions,
);
const PART = 1000;

export function cutOffStore(connection: Connection) {
  const model = connection.model('CutOff', schema, 'cutOffs');
  const parts = connection.model('CutOffPart', partSchema, 'cutOffParts');
  return {
    /** Null where the round has none of this name. */
    async find(round: string, slug: string): Promise<CutOff | null> {
      return model.findOne({ round, slug }).lean<CutOff>();
    },
    /** The latest first, without the States. */
    async ofRound(round: string): Promise<Omit<CutOff, 'states'>[]> {
      return model.find({ round }, { states: 0 }).sort({ takenAt: -1, _id: -1 }).lean<CutOff[]>();
    },
    /** What counted, as long as nobody sees it: the cut-off itself comes last. */
    async insertCounted(cutOff: string, counted: Counted[]): Promise<void> {
      for (let n = 0; n * PART < counted.length; n += 1)
        await parts.create([
          { _id: newId(), cutOff, n, responses: counted.slice(n * PART, (n + 1) * PART) },
        ]);
    },
    /** @throws a duplicate when the slug is taken; the transaction is over then */
    async insert(cutOff: CutOff, session: ClientSession): Promise<void> {
      await model.create([cutOff], { session });
    },
    /** Of a cut-off that did not come about. */
    async dropCounted(cutOff: string): Promise<void> {
      await parts.deleteMany({ cutOff });
    },
    /** In the order in which they were taken: by State. */
    async counted(cutOff: string): Promise<Counted[]> {
      const found = await parts.find({ cutOff }).sort({ n: 1 }).lean<Part[]>();
      return found.flatMap(({ responses }) => responses);
    },
  };
}
