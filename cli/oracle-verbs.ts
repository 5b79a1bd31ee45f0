import { Command } from 'commander';
import type { SchemaOptions, ValidateOptions } from './options.ts';
import { terminal } from './terminal.ts';

type Ended = (code: number) => void;

const validateHelp = `
Each file has a header and then one observation a line, as JSON. Give one file
with everything, causes first, or one file for each node: they are merged by
what causes what, without a clock. What a line says, and how to log it, is in
docs/guide/06-the-oracle.md; docs/guide/observation.schema.json is for editors.
The files are streamed: they may be pipes, and of any length.

Exit code: 0 it is a run of the specification, 1 it cannot be one, 2 bad usage
or input, 3 inconclusive: more can have happened unseen than was tried, or it
was interrupted.

Examples:
  lockstep validate run.ndjson
  lockstep validate A.ndjson B.ndjson world.ndjson
  my-program --log | lockstep validate - --json`;

const validate = (ended: Ended): Command =>
  new Command('validate')
    .summary('judge the log of a program of yours')
    .description('Judge what a program has recorded: is it a run of the specification?')
    .argument('<file...>', 'observations in NDJSON; - is the standard input')
    .option('--json', 'one JSON document instead of the report')
    .addHelpText('after', validateHelp)
    .action(async (files: readonly string[], options: ValidateOptions) => {
      const verb = await import('./validate.ts');
      ended(await verb.validate(files, options, terminal()));
    });

const schemaHelp = `
An editor that knows the schema checks each line as it is written; what goes
with what is for lockstep validate to say.

Exit code: 0 printed, 2 bad usage or input.`;

const schema = (ended: Ended): Command =>
  new Command('schema')
    .summary('print the JSON Schema of an observation')
    .description('Print the JSON Schema of a line of an observation.')
    .option('--write', 'regenerate docs/guide (in a checkout only)')
    .addHelpText('after', schemaHelp)
    .action(async (options: SchemaOptions) => {
      const verb = await import('./schema.ts');
      ended(verb.schema(options, terminal()));
    });

/** The commands that judge programs that others wrote. */
export const oracleVerbs = (ended: Ended): readonly Command[] => [validate(ended), schema(ended)];
