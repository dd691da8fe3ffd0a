/** A posted form as fields of a page, for one that could not be taken now: pressed again, the page sends the same. */
import type { Request } from 'express';

/** In the order in which they came; none for what is no form. */
export const keptFields = (req: Request): { name: string; value: string }[] =>
  Object.entries((req.body ?? {}) as Record<string, unknown>).flatMap(([name, value]) =>
    [value]
      .flat()
      .filter((one): one is string => typeof one === 'string')
      .map((one) => ({ name, value: one })),
  );
