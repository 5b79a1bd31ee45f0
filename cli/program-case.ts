import type { Bundle, Counterexample } from '../counterexamples/bundle.ts';
import { isLasso } from '../counterexamples/bundle.ts';
import { everyStep } from '../properties/catalogue.ts';
import { scriptText } from '../properties/checker/arbitrary.ts';
import type { Script } from '../properties/checker/script.ts';
import { divergenceText } from '../properties/conformance/divergence-text.ts';
import { causeOf, type Finding, programWith, trial } from '../properties/conformance/trial.ts';
import { programOf } from '../properties/conformance/wrong/wrong-program.ts';
import { allWrong } from '../properties/conformance/wrong-policies.ts';
import type { Program } from '../properties/simulation/program.ts';
import { conformance, programName, programNamed } from './finding.ts';
import { exitCodes, type ReplayOptions } from './options.ts';
import { scriptOf } from './refutation.ts';
import { printWrapped, type Terminal } from './terminal.ts';

/** A script and how it refutes the program. */
export type Case = { readonly script: Script; readonly finding: Finding };

/** The program that a name in a bundle stands for, right or wrong; `null` if none does. */
const programFor = (spec: string): Program | null => {
  if (spec === programName) return programWith();
  const wrong = allWrong.find(({ name }) => programNamed(name) === spec);
  return wrong === undefined ? null : programOf(wrong);
};

/** Whether a bundle is about the program, and not about a specification. */
export const isOfProgram = (bundle: Counterexample): bundle is Bundle =>
  programFor(bundle.spec) !== null && bundle.claim === conformance && !isLasso(bundle);

/** How a saved script refutes the program now; `null` if it does not. */
export const stillRefutes = (bundle: Counterexample): Case | null => {
  const program = programFor(bundle.spec);
  if (program === null || !isOfProgram(bundle)) return null;
  const script = scriptOf(bundle);
  const { finding } = trial(program, script, { claims: everyStep });
  return finding === null ? null : { script, finding };
};

const headOf = (finding: Finding): string => {
  if (finding.kind === 'fault') return 'the program is refuted: it breaks what it relies on itself';
  if (finding.kind === 'unsaid') return 'the program is refuted: it says what it has not done';
  return 'the program is refuted: a run of it is none of the specification';
};

/** What the script does to the program, and where the two part. */
export const findingLines = (
  script: Script,
  finding: Finding,
  { colours }: Terminal,
): readonly string[] => [
  colours.bold(colours.red(headOf(finding))),
  ...scriptText(script).split('\n').slice(1),
  '',
  finding.kind === 'divergence' ? divergenceText(finding.divergence) : `${finding.sentence}.`,
];

/** `lockstep replay` of what was saved about the program: 0 if it is refuted still. */
export const replayProgram = (
  bundle: Bundle,
  { format }: ReplayOptions,
  terminal: Terminal,
): number => {
  const found = stillRefutes(bundle);
  if (format === 'json') {
    const refuted = found === null ? null : causeOf(found.finding);
    terminal.print(JSON.stringify({ format: 1, on: 'impl', refuted }, null, 2));
  } else if (found === null) {
    printWrapped('the program: not refuted by these events any more', terminal, '  ');
  } else terminal.print(findingLines(found.script, found.finding, terminal).join('\n'));
  return found === null ? exitCodes.refuted : exitCodes.holds;
};
