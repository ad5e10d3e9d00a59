/** The command: `npm run report -- <results folder>` makes report.html anew. */
import { errorLine } from '../lib/base/safe-text.ts';
import { ReportError } from './report-error.ts';
import { writeReport } from './write-report.ts';

const HELP = `npm run report -- FOLDER
  Makes FOLDER/report.html from FOLDER/summary.json and the samples of the run: timeline.json, which
  npm run load keeps, or what k6 wrote with --out json=FOLDER/samples.json or samples.json.gz.
`;
const BAD_USAGE = 2;

// npm runs a script in the project's folder; the path is meant from where the user is.
if (process.env.npm_lifecycle_event && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);

const [folder, ...rest] = process.argv.slice(2);
if (folder === '--help') {
  process.stdout.write(HELP);
} else if (folder === undefined || folder.startsWith('-') || rest.length > 0) {
  process.stderr.write(`report: expected one results folder; see --help\n`);
  process.exitCode = BAD_USAGE;
} else {
  try {
    process.stdout.write(`${await writeReport(folder)}\n`);
  } catch (error) {
    if (!(error instanceof ReportError)) throw error;
    process.stderr.write(`report: ${errorLine(error.message)}\n`);
    process.exitCode = 1;
  }
}
