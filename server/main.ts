/** The entry: reads the settings, starts the server, stops it on a signal. */
import { BadSettings, readConfig } from './config.ts';
import { startServer } from './start.ts';

try {
  const running = await startServer(readConfig());
  console.log(`Rapporteur is at ${running.url}`);
  const stop = async () => {
    await running.stop();
    process.exit(0);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  console.error(
    error instanceof BadSettings ? `Settings: ${error.message}` : (error as Error).message,
  );
  process.exit(1);
}
