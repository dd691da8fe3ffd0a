/** The entry: reads the settings, starts the server, or as many processes of it as are wanted, and stops on a signal. */
import cluster from 'node:cluster';
import { BadSettings, readConfig } from './config.ts';

try {
  const config = readConfig();
  const leads = config.workers > 1 && cluster.isPrimary;
  // Who leads serves nothing itself, so it loads nothing of the server.
  const running = leads
    ? await (await import('./crew.ts')).startCrew(config)
    : await (await import('./start.ts')).startServer(config);
  if (cluster.isPrimary) console.log(`Rapporteur is at ${running.url}`);
  let stopped: Promise<void> | null = null;
  const stop = async () => {
    stopped ??= running.stop();
    await stopped;
    process.exit(0);
  };
  // A key that is pressed in a terminal reaches all processes of a crew, and then the one that leads asks them to stop as well.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // Nobody hands requests to a process whose leader is gone.
  if (cluster.isWorker) process.once('disconnect', stop);
} catch (error) {
  console.error(
    error instanceof BadSettings ? `Settings: ${error.message}` : (error as Error).message,
  );
  process.exit(1);
}
