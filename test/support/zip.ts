/** Archives as a test wants them, also those that no honest program makes. */
import { crc32, deflateRawSync } from 'node:zlib';

export type ZipEntry = {
  name: string;
  content: Buffer | string;
  /** What the archive says the size is, where that is a lie. */
  saidSize?: number;
  /** Not compressed. */
  stored?: boolean;
  /** Marked as under a password. */
  locked?: boolean;
};

export function zip(entries: ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const content = Buffer.from(entry.content as Buffer);
    const data = entry.stored ? content : deflateRawSync(content, { level: 9 });
    const name = Buffer.from(entry.name);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(0x800 | (entry.locked ? 1 : 0), 2);
    head.writeUInt16LE(entry.stored ? 0 : 8, 4);
    head.writeUInt32LE(0x5a21_0000, 6);
    head.writeUInt32LE(checksum(content), 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(entry.saidSize ?? content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), head, name, data]);
    const central = Buffer.alloc(14);
    central.writeUInt32LE(offset, 10);
    directory.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 0]), head, central, name]),
    );
    parts.push(local);
    offset += local.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, list, end]);
}

const checksum = (content: Buffer): number => crc32(content);
