/** A slow line is waited for, a dead one is not. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { steadyBody } from '../../server/web/slow-body.ts';

jest.setTimeout(20_000);

const LOOK_EVERY_MS = 150;
let server: Server;
let port: number;

beforeAll(async () => {
  const watch = steadyBody(LOOK_EVERY_MS);
  server = createServer((req, res) => {
    watch(req as never, res as never, async () => {
      let size = 0;
      try {
        for await (const part of req) size += part.length;
        res.end(String(size));
      } catch {
        // The watch broke it off.
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Sends a body in parts, one every 100 ms; "broken off" when the server ends it. */
async function posted(parts: string[], total: number): Promise<string> {
  const headers = { 'Content-Length': total };
  const going = request({ port, method: 'POST', headers, agent: false });
  const answer = new Promise<string>((resolve) => {
    going.once('error', () => resolve('broken off'));
    going.once('response', async (response) => {
      let text = '';
      for await (const part of response) text += part;
      resolve(text);
    });
  });
  for (const part of parts) {
    if (going.destroyed) break;
    going.write(part);
    await sleep(100);
  }
  return answer;
}

describe('a body', () => {
  it('that comes slowly is taken, however long it takes', async () => {
    const parts = Array.from({ length: 12 }, () => 'x'.repeat(500));
    expect(await posted(parts, 6000)).toBe('6000');
  });

  it('that stops coming is broken off', async () => {
    expect(await posted(['x'.repeat(1000)], 6000)).toBe('broken off');
  });

  it('that comes a byte at a time, to keep us busy, is broken off', async () => {
    expect(await posted(Array.from('x'.repeat(40)), 6000)).toBe('broken off');
  });

  it('that is all there may be thought about for longer', async () => {
    expect(await posted(['x'], 1)).toBe('1');
  });
});
