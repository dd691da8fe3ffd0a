/** Mailings by their pages, as an admin makes them. */
import type { SeenPage, Visitor } from './visitor.ts';

/** The page that says who would get it and who would not. @param query such as "kind=thanks" */
export const confirmPage = (admin: Visitor, round: string, query: string): Promise<SeenPage> =>
  admin.get(`/admin/rounds/${round}/mailings/confirm?${query}`);

/** Looks and confirms. @returns the page of the mailing */
export async function confirmed(admin: Visitor, round: string, query: string): Promise<SeenPage> {
  return admin.submit(await confirmPage(admin, round, query), '#confirm');
}

/** The id of the mailing whose page it is. */
export const mailingOn = (page: SeenPage): string => page.path.split(/[/?]/)[3] ?? '';
