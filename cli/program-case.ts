import type { Bundle, Counterexample } from '../counterexamples/bundle.ts';
import { isLasso } from '../counterexamples/bundle.ts';
import { everyStep } from '../properties/catalogue.ts';
import { scriptText } from '../properties/checker/arbitrary.ts';
import type { Script } from '../properties/checker/script.ts';
import { divergenceText } from '../properties/conformance/divergence-text.ts';
import { causeOf, type Finding, programWith, trial } from '../properties/conformance/trial.ts';
import { conformance, type GuestName, guestImages, programNames } from './finding.ts';
import { exitCodes, guestNames, type ReplayOptions } from './options.ts';
import { scriptOf } from './refutation.ts';
import { printWrapped, type Terminal } from './terminal.ts';

/** A script and how it refutes the program. */
export type Case = { readonly script: Script; readonly finding: Finding };

/** What the program ran when it was refuted by that. */
const guestOf = ({ spec }: Counterexample): GuestName | undefined =>
  guestNames.find((name) => programNames[name] === spec);

/** Whether a bundle is about the program, and not about a specification. */
export const isOfProgram = (bundle: Counterexample): bundle is Bundle =>
  guestOf(bundle) !== undefined && bundle.claim === conformance && !isLasso(bundle);

/** How a saved script refutes the program now; `null` if it does not. */
export const stillRefutes = (bundle: Counterexample): Case | null => {
  if (!isOfProgram(bundle)) return null;
  const script = scriptOf(bundle);
  const image = guestImages[guestOf(bundle) ?? 'fold'];
  const { finding } = trial(programWith(), script, { claims: everyStep, image });
  return finding === null ? null : { script, finding };
};

/** What the script does to the program, and where the two part. */
export const findingLines = (
  script: Script,
  finding: Finding,
  { colours }: Terminal,
): readonly string[] => [
  colours.bold(colours.red('the program is refuted: a run of it is none of the specification')),
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
