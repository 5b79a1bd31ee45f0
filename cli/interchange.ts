import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import { itf } from '../properties/checker/explore/itf.ts';
import {
  isRefused,
  type Legend,
  type Path,
  type Written,
} from '../properties/checker/explore/path.ts';
import { tla } from '../properties/checker/explore/tla.ts';
import { endingOf, loopIfAny, type Replayed, stillBreaks } from './replayed.ts';

/**
 * The walk that a replayed counterexample takes; what was refused is no step of it. A lasso comes
 * back to where it was, but for the names of copies and the like: where those are other ones, the
 * states are not equal, and the path just ends.
 */
const pathOf = (replay: Replayed): Path => {
  const { story } = replay;
  const taken = story.lines.filter(({ refused }) => refused === null);
  const states = [story.begun, ...taken.map(({ after }) => after)];
  const loop = loopIfAny(replay);
  const [from, to] = [states[loop ?? 0] ?? story.begun, story.ended];
  const isClosed = loop !== null && stateHash(from) === stateHash(to);
  return { states, events: taken.map(({ event }) => event), loop: isClosed ? loop : null };
};

const renamed =
  ' The last state is that after event %, but for the names of copies, connections or generations.';

/** What happens in it. A calm is told, not written out: only its end matters. */
const legendOf = (replay: Replayed, path: Path): Legend => {
  const { story, claim, specification } = replay;
  const { name } = specification.spec;
  const ending = endingOf(replay);
  const isBroken = stillBreaks(replay) ? 'is broken' : 'is not broken by these events';
  const loop = loopIfAny(replay);
  const again = loop === null || path.loop !== null ? '' : renamed.replace('%', `${loop}`);
  const taken = story.lines.filter(({ refused }) => refused === null);
  return {
    name: `${name}-${claim.id}`,
    says:
      `Under ${name} ${claim.id} ${isBroken}: ${claim.claim}.` +
      (ending === null ? '' : ` After the last state: ${ending}.`) +
      again,
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
  const path = pathOf(replay);
  const written = writers[format](path, legendOf(replay, path));
  if (!isRefused(written)) return written;
  const expected = `a path that can be written as ${format}`;
  return badInput(replay.file, 'script', expected, `is not: ${written.refused}`);
};
