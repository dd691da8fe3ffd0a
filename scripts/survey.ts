/** The command line: parses, calls `server/`, prints. `--json` prints one JSON document and nothing else. */
import { BadSettings, readConfig } from '../server/config.ts';
import { checkDefinition } from '../server/questionnaire/check.ts';
import { openServices } from '../server/start.ts';
import {
  Failure,
  line,
  positionals,
  print,
  readJson,
  refuse,
  USAGE,
  values,
} from './command-line.ts';
import { COMMANDS } from './commands.ts';

async function run(): Promise<void> {
  const [noun = '', verb = '', operand = ''] = positionals;
  if (values.help) {
    console.log(USAGE);
    return;
  }
  // Checking a file needs no database.
  if (noun === 'questionnaire' && verb === 'check') {
    const checked = checkDefinition(await readJson(operand));
    if (!checked.ok) refuse(operand, checked.problems);
    print(
      { ok: true, warnings: checked.warnings },
      `${operand} is sound; ${checked.warnings.length} warnings`,
    );
    for (const warning of checked.warnings)
      if (!values.json) console.error(`warning: ${line(warning)}`);
    return;
  }
  const named = [`${noun} ${verb}`, noun].find((name) => Object.hasOwn(COMMANDS, name));
  const command = named && COMMANDS[named];
  if (!command) {
    const what = noun ? `There is no command "${`${noun} ${verb}`.trim()}".` : 'Name a command.';
    throw new Failure(`${what} See npm run survey -- --help`);
  }
  const config = readConfig();
  // Standard error has one line when something fails, so what the server would tell its log is left out.
  const logLevel = config.logLevel === 'info' ? 'error' : config.logLevel;
  const { services, close } = await openServices({ ...config, logLevel });
  try {
    await command(services, named === noun ? verb : operand);
  } finally {
    await close();
  }
}

try {
  await run();
} catch (error) {
  const bad = error instanceof BadSettings ? 'Settings: ' : '';
  console.error(`${bad}${(error as Error).message.replace(/\s*\n\s*/g, ' ')}`);
  process.exitCode = 1;
}
