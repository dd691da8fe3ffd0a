/** A report as it is kept: encrypted, with a key that is outside the database, since it may quote a mail of ours. */
import type { Services } from '../services.ts';

export const sealReport = ({ secrets }: Services, excerpt: string): Buffer =>
  secrets.seal('bounce', Buffer.from(excerpt));

/** The report as text. Null when it is gone, or was sealed with the key of before. */
export async function reportText(
  { bounces, secrets }: Services,
  id: string,
): Promise<string | null> {
  const sealed = await bounces.sealedOf(id);
  try {
    return sealed && secrets.unseal('bounce', sealed).toString();
  } catch {
    return null;
  }
}
