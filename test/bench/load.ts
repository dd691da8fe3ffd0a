/** Asks a server over so many connections at once that stay open, each for the next thing as soon as it has an answer. */
import { Agent, request } from 'node:http';
import { buffer } from 'node:stream/consumers';

export type Ask = { path: string; cookie?: string; form?: URLSearchParams };
export type Load = {
  url: string;
  connections: number;
  amount: number;
  /** What a connection asks next; `lane` is its number. */
  next(lane: number): Ask;
  /** Of every answer. */
  status: number;
};

/** Answers a second. @throws at the first one with another status */
export async function answersPerSecond(of: Load): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: of.connections });
  let left = of.amount;
  const lane = async (_: unknown, number: number) => {
    while (left > 0) {
      left -= 1;
      const asked = of.next(number);
      const { status, body } = await answer(agent, of.url, asked);
      if (status !== of.status)
        throw new Error(`${asked.path} was answered with ${status}: ${body.slice(0, 500)}`);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: of.connections }, lane));
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  return of.amount / seconds;
}

function answer(agent: Agent, url: string, { path, cookie, form }: Ask) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const body = form?.toString();
    const asked = request(
      url + path,
      {
        agent,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          ...(cookie ? { cookie } : {}),
          ...(body === undefined
            ? {}
            : {
                'content-type': 'application/x-www-form-urlencoded',
                'content-length': Buffer.byteLength(body),
              }),
        },
      },
      (response) => {
        buffer(response).then(
          (content) =>
            resolve({ status: response.statusCode ?? 0, body: content.toString('utf8') }),
          reject,
        );
      },
    );
    asked.on('error', reject);
    asked.end(body);
  });
}
