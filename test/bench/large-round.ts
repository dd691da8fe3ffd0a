/** A round of any size for the bench: a few hundred invented responses, and as many copies of them as are asked for. */
import type { Round } from '../../server/rounds/round.ts';
import type { TestApp } from '../support/app.ts';
import { seededRound } from '../support/seeded-round.ts';

const TEMPLATES = 400;
const AT_ONCE = 1000;
const SLUG = 'large';

/**
 * @param size responses; a State of its own for each template and each copy of it
 * @param marking of so many one State says of single answers that they are for closer use; the seeded ones nearly all do
 */
export async function largeRound(on: TestApp, size: number, marking = 1): Promise<Round> {
  const round = await seededRound(on, { slug: SLUG, size: Math.min(size, TEMPLATES), seed: 7 });
  const { connection } = on.services;
  if (marking > 1) {
    const responses = connection.collection<Copied>('responses');
    const all = await responses.find({ submitted: { $ne: null } }).toArray();
    const plain = all.filter((_, at) => at % marking > 0).map(({ _id }) => _id);
    await responses.updateMany({ _id: { $in: plain } }, { $set: { 'submitted.uses': {} } });
  }
  await Promise.all(
    ['states', 'invitations', 'responses'].map(async (name) => {
      const collection = connection.collection<Copied>(name);
      const templates = await collection.find().toArray();
      // Every State of the last copies too, of whichever responses they are.
      const wanted = name === 'states' ? templates.length * Math.ceil(size / TEMPLATES) : size;
      let batch: Copied[] = [];
      for (let n = templates.length; n < wanted; n += 1) {
        const of = templates[n % templates.length] as Copied;
        batch.push(copyOf(of, Math.floor(n / templates.length)));
        if (batch.length < AT_ONCE && n < wanted - 1) continue;
        await collection.insertMany(batch, { ordered: false });
        batch = [];
      }
    }),
  );
  return round;
}

type Copied = { _id: string; state?: string };

const copyOf = ({ _id, state, ...rest }: Copied, copy: number): Copied => ({
  _id: `${_id}.${copy}`,
  ...(state ? { state: `${state}.${copy}` } : {}),
  ...rest,
});
