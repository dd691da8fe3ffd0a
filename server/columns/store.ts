/** Blocks of columns, and for each round how far they are. */
import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import { type CountedRow, stagesOfUnfolded } from '../responses/store.ts';
import type { Counted, PackedBlock } from './block.ts';

/** How far the blocks of a round are. */
type Head = {
  /** The round. */
  _id: string;
  /** The name of a shape: for columns of another one the blocks mean nothing. */
  shape: string;
  /** Places given away, over all blocks. */
  places: number;
  /** Of the block that was written last: a block with a higher one has moved since. */
  revision: number;
};
type Block = Counted & { _id: string; round: string; n: number; revision: number };
/** Beside the block and not in it: of a round of very many they are not read. */
type Details = Pick<PackedBlock, 'details'> & { _id: string; round: string };

const headSchema = new Schema<Head>(
  { _id: String, shape: String, places: Number, revision: Number },
  schemaOptions,
);
const blockSchema = new Schema<Block>(
  {
    _id: String,
    round: String,
    n: Number,
    revision: Number,
    data: Buffer,
    uses: Buffer,
  },
  schemaOptions,
);
const detailsSchema = new Schema<Details>(
  { _id: String, round: String, details: Buffer },
  schemaOptions,
);

const blockId = (round: string, n: number) => `${round}:${n}`;

export function columnStore(connection: Connection) {
  const heads = connection.model('ColumnHead', headSchema, 'columnHeads');
  const blocks = connection.model('ColumnBlock', blockSchema, 'columnBlocks');
  const details = connection.model('ColumnDetails', detailsSchema, 'columnDetails');
  return {
    /** Null where nothing of the round was folded yet. */
    async head(round: string, session: ClientSession | null = null): Promise<Head | null> {
      return heads.findOne({ _id: round }).session(session).lean<Head>();
    },
    /** The same, with the responses that are not folded, in one trip: each page begins with it. */
    async headAndUnfolded(
      round: string,
      session: ClientSession,
    ): Promise<{ head: Head | null; unfolded: CountedRow[] }> {
      const found = await heads.collection
        .aggregate<{ head: Head } | { row: CountedRow }>(
          [
            { $match: { _id: round } },
            { $project: { _id: 0, head: '$$ROOT' } },
            {
              $unionWith: {
                coll: 'responses',
                pipeline: [...stagesOfUnfolded(round), { $project: { _id: 0, row: '$$ROOT' } }],
              },
            },
          ],
          { session },
        )
        .toArray();
      const [first] = found;
      return {
        head: first && 'head' in first ? first.head : null,
        unfolded: found.flatMap((one) => ('row' in one ? one.row : [])),
      };
    },
    /** Gives `count` places away; they are the caller's. @returns the first */
    async takePlaces(round: string, shape: string, count: number): Promise<number> {
      const head = await heads
        .findOneAndUpdate(
          { _id: round },
          { $inc: { places: count }, $setOnInsert: { shape, revision: 0 } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean<Head>()
        .orFail();
      return head.places - count;
    },
    async find(round: string, n: number): Promise<PackedBlock | null> {
      const _id = blockId(round, n);
      const [block, of] = await Promise.all([
        blocks.findOne({ _id }).lean<Block>(),
        details.findOne({ _id }).lean<Details>(),
      ]);
      return block && of && { ...block, details: of.details };
    },
    async details(round: string, n: number, session: ClientSession): Promise<Buffer> {
      const found = await details
        .findOne({ _id: blockId(round, n) })
        .session(session)
        .lean<Details>()
        .orFail();
      return found.details;
    },
    /** Those with a higher revision, one by one: a thousand of them are too much to hold at once. */
    moved(round: string, since: number, session: ClientSession): AsyncIterable<Block> {
      return blocks
        .find({ round, revision: trusted({ $gt: since }) })
        .session(session)
        .lean<Block[]>()
        .cursor({ batchSize: 20 });
    },
    /** All of them get the next revision of the round, in the order in which transactions are committed. */
    async write(
      round: string,
      packed: ({ n: number } & PackedBlock)[],
      session: ClientSession,
    ): Promise<void> {
      const head = await heads
        .findOneAndUpdate(
          { _id: round },
          { $inc: { revision: 1 } },
          { session, returnDocument: 'after' },
        )
        .lean<Head>()
        .orFail();
      const { revision } = head;
      for (const { n, data, uses, details: own } of packed) {
        const of = { _id: blockId(round, n), round };
        const options = { session, upsert: true };
        await blocks.replaceOne({ _id: of._id }, { ...of, n, revision, data, uses }, options);
        await details.replaceOne({ _id: of._id }, { ...of, details: own }, options);
      }
    },
    /** Of a shape that the round no more has. */
    async drop(round: string): Promise<void> {
      await heads.deleteOne({ _id: round });
      await blocks.deleteMany({ round });
      await details.deleteMany({ round });
    },
  };
}
