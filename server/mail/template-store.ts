import { type ClientSession, type Connection, Schema } from 'mongoose';
import { schemaOptions } from '../db/record.ts';
import type { TemplateName, TemplateVersion } from './template.ts';

type Stored = TemplateVersion & { _id: string };
const schema = new Schema<Stored>(
  {
    _id: String,
    template: String,
    language: String,
    version: Number,
    subject: String,
    body: String,
    origin: String,
    from: Number,
    savedBy: Schema.Types.Mixed,
    savedAt: Date,
  },
  schemaOptions,
);

export type TemplateStore = ReturnType<typeof templateStore>;

export function templateStore(connection: Connection) {
  const model = connection.model('Template', schema, 'templates');
  return {
    /** Newest first; a template and language of which nothing was used or changed has none. */
    async versions(
      template: TemplateName,
      language: string,
      session: ClientSession | null = null,
    ): Promise<TemplateVersion[]> {
      return model
        .find({ template, language }, { _id: 0 })
        .sort({ version: -1 })
        .session(session)
        .lean<TemplateVersion[]>();
    },
    async find(
      template: TemplateName,
      language: string,
      version: number,
    ): Promise<TemplateVersion | null> {
      return model.findOne({ template, language, version }, { _id: 0 }).lean<TemplateVersion>();
    },
    /** @throws a duplicate when this version is there; the transaction is over then */
    async insert(version: TemplateVersion, session: ClientSession): Promise<void> {
      const { template, language, version: number } = version;
      await model.create([{ ...version, _id: `${template}:${language}:${number}` }], { session });
    },
    /** Names of all templates of which a version was stored. */
    async names(): Promise<TemplateName[]> {
      return (await model.distinct('template')) as TemplateName[];
    },
  };
}
