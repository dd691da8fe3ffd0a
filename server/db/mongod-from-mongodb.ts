import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { get, type RequestOptions } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Log } from './log.ts';
import { type Download, download } from './mongod-download.ts';

const CONNECT_MS = 5000;
const SILENCE_MS = 30_000;

/**
 * Puts the server that MongoDB offers for this system at `target`. A host that does not answer within 5 s, or falls
 * silent for 30 s, is a refusal, and so is a system that MongoDB has no server for.
 */
export function downloadFromMongodb(target: string, log: Log): Promise<Download> {
  return download(target, "MongoDB's download", async (folder) => {
    const downloader = await prepare(folder, log);
    return downloader.getMongodPath();
  });
}

/**
 * mongodb-memory-server knows which archive suits this system, checks and unpacks it. Its way of fetching is replaced:
 * it does not verify the host's certificate unless npm is told to, prints progress on standard output, which belongs
 * to `--json`, and waits a minute for a host that is not there. Loaded only when there is something to download.
 */
async function prepare(folder: string, log: Log) {
  const { MongoBinaryDownload } = await import(
    'mongodb-memory-server-core/lib/util/MongoBinaryDownload.js'
  );
  const { DryMongoBinary } = await import('mongodb-memory-server-core/lib/util/DryMongoBinary.js');

  class VerifiedDownload extends MongoBinaryDownload {
    override async httpDownload(
      url: URL,
      options: RequestOptions,
      location: string,
    ): Promise<string> {
      const response = await answer(url, options);
      if (!url.pathname.endsWith('.md5'))
        log.info('Downloading a MongoDB server from MongoDB, once.');
      await pipeline(response, createWriteStream(location));
      return location;
    }
  }

  const options = await DryMongoBinary.generateOptions({ downloadDir: folder });
  return new VerifiedDownload({ ...options, downloadDir: folder, checkMD5: true });
}

function answer(url: URL, options: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = get(url, { ...options, rejectUnauthorized: true }, (response) => {
      clearTimeout(deadline);
      response.setTimeout(SILENCE_MS, () => response.destroy(new Error('it fell silent')));
      if (response.statusCode === 200) return resolve(response);
      response.destroy();
      reject(new Error(`it answered ${response.statusCode}`));
    });
    const deadline = setTimeout(
      () => request.destroy(new Error(`no answer within ${CONNECT_MS / 1000} s`)),
      CONNECT_MS,
    );
    request.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
  });
}
