/** A small DNS server on loopback that answers TXT and MX: records, none, no such name, or nothing at all. */
import { createSocket } from 'node:dgram';
import type { AddressInfo } from 'node:net';

type Records = { txt?: string[][]; mx?: [priority: number, exchange: string][] };

export type DnsServer = {
  /** By name; a name that is not here does not exist. */
  zone: Map<string, Records>;
  /** When true it says nothing; "refuse": that it will not answer. */
  silent: boolean | 'refuse';
  address: string;
  close(): Promise<void>;
};

const [TXT, MX, NO_SUCH_NAME, REFUSED] = [16, 15, 3, 5];

export async function dnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const on: DnsServer = { zone: new Map(), silent: false, address: '', close: async () => {} };
  socket.on('message', (query, { port, address }) => {
    if (on.silent === true) return;
    const { name, type, end } = questionIn(query);
    const found = on.zone.get(name);
    const answers =
      type === TXT
        ? (found?.txt ?? []).map(txtData)
        : type === MX
          ? (found?.mx ?? []).map(mxData)
          : [];
    const code = on.silent === 'refuse' ? REFUSED : found ? 0 : NO_SUCH_NAME;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(code === 0 ? answers.length : 0, 6);
    const records =
      code === 0 ? answers.map((data) => Buffer.concat([recordHead(type, data.length), data])) : [];
    socket.send(Buffer.concat([head, query.subarray(12, end), ...records]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  on.address = `127.0.0.1:${(socket.address() as AddressInfo).port}`;
  on.close = () => new Promise((resolve) => socket.close(() => resolve()));
  return on;
}

function questionIn(query: Buffer) {
  const labels: string[] = [];
  let place = 12;
  for (let length = query[place] ?? 0; length > 0; length = query[place] ?? 0) {
    labels.push(query.toString('latin1', place + 1, place + 1 + length));
    place += length + 1;
  }
  return {
    name: labels.join('.').toLowerCase(),
    type: query.readUInt16BE(place + 1),
    end: place + 5,
  };
}

/** The name of the question, internet, for a minute. */
function recordHead(type: number, length: number): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(60, 6);
  head.writeUInt16BE(length, 10);
  return head;
}

const counted = (text: string): Buffer =>
  Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')]);
const txtData = (strings: string[]): Buffer => Buffer.concat(strings.map(counted));
function mxData([priority, exchange]: [number, string]): Buffer {
  const labels = exchange.split('.').filter(Boolean).map(counted);
  const head = Buffer.alloc(2);
  head.writeUInt16BE(priority);
  return Buffer.concat([head, ...labels, Buffer.from([0])]);
}
