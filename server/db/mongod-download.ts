import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

export type Download = { ok: true } | { ok: false; message: string };

/**
 * Puts a program at `target` in one step, so that two processes that download at once both end with a whole file.
 * @param source names the place in the refusal's message
 * @param fetch brings the program into the empty folder it is given and returns the program's path
 */
export async function download(
  target: string,
  source: string,
  fetch: (folder: string) => Promise<string>,
): Promise<Download> {
  let folder: string | null = null;
  try {
    await mkdir(dirname(target), { recursive: true });
    // Beside the target: a rename is atomic only within one file system.
    folder = await mkdtemp(`${target}-`);
    const program = await fetch(folder);
    await chmod(program, 0o755);
    await rename(program, target);
    return { ok: true };
  } catch (error) {
    return { ok: false, message: `${source}: ${lastLine(error)}` };
  } finally {
    if (folder) await rm(folder, { recursive: true, force: true });
  }
}

/** Programs that are run for a download say what went wrong in their last line. */
function lastLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim().split('\n').at(-1) as string;
}
