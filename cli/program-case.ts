import type { Bundle, Counterexample } from '../counterexamples/bundle.ts';
import { isLasso } from '../counterexamples/bundle.ts';
import { everyStep } from '../properties/catalogue.ts';
import { scriptText } from '../properties/checker/arbitrary.ts';
import type { Script } from '../properties/checker/script.ts';
import { divergenceText } from '../properties/conformance/divergence-text.ts';
import { causeOf, type Finding, programWith, trial } from '../properties/conformance/trial.ts';
import { programOf } from '../properties/conformance/wrong/wrong-program.ts';
import { allWrong, wrongNamed } from '../properties/conformance/wrong-policies.ts';
import { conformance, guestImage, programNamed, type Tried } from './finding.ts';
import { exitCodes, guestNames, type ReplayOptions } from './options.ts';
import { scriptOf } from './refutation.ts';
import { printWrapped, type Terminal } from './terminal.ts';

/** A script and how it refutes the program. */
export type Case = { readonly script: Script; readonly finding: Finding };

const all: readonly Required<Tried>[] = guestNames.flatMap((guest) =>
  [null, ...allWrong.map(({ name }) => name)].map((mutant) => ({ guest, mutant })),
);

/** What the name in a bundle says was tried. */
const triedIn = ({ spec }: Counterexample): Required<Tried> | undefined =>
  all.find((one) => programNamed(one) === spec);

/** Whether a bundle is about the program, and not about a specification. */
export const isOfProgram = (bundle: Counterexample): bundle is Bundle =>
  triedIn(bundle) !== undefined && bundle.claim === conformance && !isLasso(bundle);

/** How a saved script refutes the program now; `null` if it does not. */
export const stillRefutes = (bundle: Counterexample): Case | null => {
  const tried = triedIn(bundle);
  if (tried === undefined || !isOfProgram(bundle)) return null;
  const script = scriptOf(bundle);
  const wrong = tried.mutant === null ? null : wrongNamed(tried.mutant);
  const program = wrong === null ? programWith() : programOf(wrong);
  const image = guestImage(tried.guest);
  const { finding } = trial(program, script, { claims: everyStep, image });
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
