import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { itf } from '../properties/checker/explore/itf.ts';
import {
  isRefused,
  type Legend,
  type Path,
  type Written,
} from '../properties/checker/explore/path.ts';
import { tla } from '../properties/checker/explore/tla.ts';
import { calmText } from './refutation.ts';
import type { Replayed } from './replayed.ts';

/** The walk that a replayed counterexample takes; what was refused is no step of it. */
const pathOf = ({ story }: Replayed): Path => {
  const taken = story.lines.filter(({ refused }) => refused === null);
  return {
    states: [story.begun, ...taken.map(({ after }) => after)],
    events: taken.map(({ event }) => event),
    loop: null,
  };
};

/** What happens in it. A calm is told, not written out: only its end matters. */
const legendOf = (replay: Replayed): Legend => {
  const { story, script, judgement, bundle, claim, specification } = replay;
  const { name } = specification.spec;
  const { refutation } = judgement;
  const ending = calmText(script, refutation?.at ?? bundle.at, claim);
  const isBroken = refutation === null ? 'is not broken by these events' : 'is broken';
  const taken = story.lines.filter(({ refused }) => refused === null);
  return {
    name: `${name}-${claim.id}`,
    says:
      `Under ${name} ${claim.id} ${isBroken}: ${claim.claim}.` +
      (ending === null ? '' : ` After the last state: ${ending}.`),
    steps: taken.map(({ who, clause, effects }) =>
      [`${who} ${clause}`.trim(), ...effects].join('; '),
    ),
  };
};

type Write = (path: Path, legend: Legend) => Written;

const writers: Readonly<Record<'itf' | 'tla', Write>> = { itf, tla };

/** A replayed counterexample for other tools, as a path of the formats named. */
export const interchanged = (
  replay: Replayed,
  format: keyof typeof writers,
): { readonly text: string } | BadInput => {
  const written = writers[format](pathOf(replay), legendOf(replay));
  if (!isRefused(written)) return written;
  const expected = `a path that can be written as ${format}`;
  return badInput(replay.file, 'script', expected, `is not: ${written.refused}`);
};
