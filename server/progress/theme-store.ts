import { type ClientSession, type Connection, Schema, trusted } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { Tag, Theme } from './theme.ts';

const themeSchema = new Schema<Theme>(
  {
    _id: String,
    round: String,
    label: String,
    folded: String,
    madeBy: String,
    madeAt: Date,
  },
  schemaOptions,
);
const tagSchema = new Schema<Tag>(
  {
    _id: String,
    round: String,
    theme: String,
    response: String,
    question: String,
    by: String,
    at: Date,
  },
  schemaOptions,
);

export function themeStore(connection: Connection) {
  const themes = connection.model('Theme', themeSchema, 'themes');
  const tags = connection.model('ThemeTag', tagSchema, 'themeTags');
  return {
    async ofRound(round: string): Promise<Theme[]> {
      return themes.find({ round }).sort({ folded: 1 }).lean<Theme[]>();
    },
    async tagsOfRound(round: string): Promise<Tag[]> {
      return tags.find({ round }).lean<Tag[]>();
    },
    /** @throws a duplicate where the round has one like it */
    async insert(theme: Theme, session: ClientSession): Promise<void> {
      await themes.create([theme], { session });
    },
    /** False while a text has it. */
    async remove(round: string, id: string, session: ClientSession): Promise<boolean> {
      if (await tags.exists({ round, theme: id }).session(session)) return false;
      const { deletedCount } = await themes.deleteOne({ _id: id, round }, { session });
      return deletedCount === 1;
    },
    /** What is there already stays as it was. */
    async tag(tag: Tag, session: ClientSession): Promise<void> {
      await tags.updateOne(
        { _id: tag._id },
        { $setOnInsert: trusted(tag) },
        { upsert: true, session },
      );
    },
    async untag(id: string, session: ClientSession): Promise<void> {
      await tags.deleteOne({ _id: id }, { session });
    },
  };
}
