/**
 * One process serves everybody, so nothing that one asks for may hold it for long: the longest piece of work of each kind of request, in
 * time of the processor, so that what else the machine does is not counted. Of a few tries the shortest: the first one warms up.
 */
import { largeRound } from '../bench/large-round.ts';
import { testApp } from '../support/app.ts';
import { formTokenAt, longestHeld, ownServer, signedInAt, WATCHED } from '../support/own-server.ts';
import { openedRound, SLUG } from '../support/rounds.ts';

const TRIES = 4;

/** @param responses of the round that is taken away. @param contacts rows of a file of contacts. @param longestMs that anything may take */
export async function heldFault(of: {
  responses: number;
  contacts: number;
  longestMs: number;
}): Promise<{ figure: string; pass: boolean }> {
  const on = await testApp({ logLevel: 'silent' });
  on.setTime(new Date().toISOString());
  await openedRound(on);
  const round = await largeRound(on, of.responses);
  const server = await ownServer(on, WATCHED);
  const { url, stop } = server;
  try {
    const headers = { cookie: await signedInAt(on, url, 'admin') };
    const token = await formTokenAt(`${url}/admin/rounds`, headers.cookie);
    const get = (path: string) => () => whole(fetch(url + path, { headers }));
    const post =
      (path: string, fields = {}) =>
      () =>
        whole(
          fetch(url + path, {
            method: 'POST',
            headers,
            body: new URLSearchParams({ token, ...fields }),
          }),
        );
    const upload = () => {
      const body = new FormData();
      body.set('token', token);
      body.set('file', new Blob([contactsCsv(of.contacts)]), 'contacts.csv');
      // What it does to the register is shown on the page that this leads to.
      return whole(fetch(`${url}/admin/contacts/preview`, { method: 'POST', headers, body }));
    };
    const exports = (format: string) => post(`/results/${round._id}/exports/${format}`);
    const kinds: Record<string, () => Promise<void>> = {
      results: get(`/results/${SLUG}`),
      chart: get(`/results/${SLUG}/questions/a44_01/chart.png`),
      csv: exports('csv'),
      'csv-long': exports('csv-long'),
      json: exports('json'),
      xlsx: exports('xlsx'),
      paper: post(`/results/${SLUG}/paper`, { language: 'en' }),
      word: get(`/admin/rounds/${SLUG}/print/affected.docx`),
      contacts: upload,
    };
    const longest: [string, number][] = [];
    for (const [kind, ask] of Object.entries(kinds)) {
      const tries: number[] = [];
      for (let n = 0; n < TRIES; n += 1) {
        await longestHeld(server);
        await ask();
        tries.push(await longestHeld(server));
      }
      longest.push([kind, Math.min(...tries)]);
    }
    return {
      figure: longest.map(([kind, ms]) => `${kind} ${ms.toFixed(0)} ms`).join(', '),
      pass: longest.every(([, ms]) => ms <= of.longestMs),
    };
  } finally {
    await stop();
    await on.close();
  }
}

async function whole(asked: Promise<Response>): Promise<void> {
  const answer = await asked;
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`${answer.url} was answered with ${answer.status}`);
}

const contactsCsv = (rows: number): string =>
  [
    'state,audience,name,post,email,language',
    ...Array.from({ length: rows }, (_, n) => `AFG,affected,Name ${n},Post,a${n}@example.org,en`),
  ].join('\n');
