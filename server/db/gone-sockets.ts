/**
 * A fault of the driver (7.8): a command that is written to a socket which has just been closed waits for the socket to drain, for ever.
 * That happens when the server dies between two commands, and whoever waits for the answer then hangs: a page, or the outbox. Here a
 * command ends with its connection. To be taken away when the driver does so itself; `test/db/gone-sockets.test.ts` tells.
 */
import type { EventEmitter } from 'node:events';
// @ts-expect-error No public part of the driver knows its sockets, so nothing says what is in this one.
import * as internal from 'mongodb/lib/cmap/connection.js';

type Driven = EventEmitter & { closed: boolean; error: Error | null };
type Write = (this: Driven, command: unknown, options: unknown) => Promise<void>;

/** For all connections of this process. Once for each time that the driver is loaded. */
export function endCommandsWithTheirSocket(): void {
  const { prototype }: { prototype: { writeCommand: Write } } = internal.Connection;
  const write = prototype.writeCommand;
  prototype.writeCommand = function (command, options) {
    return new Promise((resolve, reject) => {
      const gone = () => reject(this.error ?? new Error('the connection is gone'));
      if (this.closed) return gone();
      this.once('close', gone);
      write
        .call(this, command, options)
        .then(resolve, reject)
        .finally(() => this.off('close', gone));
    });
  };
}
