import { parentPort } from 'node:worker_threads';
import type { Script } from '../properties/checker/script.ts';
import {
  howOf,
  type Known,
  type Refutal,
  refute,
  refuteAgain,
  type SoakStory,
} from '../properties/conformance/refute.ts';
import {
  timedNamed,
  unseenPrograms,
  wrongNamed,
} from '../properties/conformance/wrong-policies.ts';
import { timedCause } from '../properties/simulation/timeliness-check.ts';
import type { WrongTiming } from '../properties/simulation/wrong-timing.ts';

/** One wrong program to be hunted. */
export type ProgramHunt = {
  readonly name: string;
  readonly seed: string;
  readonly seconds: number; // for scripts, and as many for soaks
  readonly known: Known | null; // by what it was refuted before: tried first
};

/** How a wrong program was killed. */
export type Killed = {
  readonly kind: string; // which check has noticed it
  readonly cause: string; // what it has noticed
  readonly foundEvents: number | null; // of the script before it was shrunk; null: a soak
  readonly script: Script | null;
  readonly soak: SoakStory | null;
  readonly timed: { readonly seed: string } | null; // the run that claims about time judge
};

/** What came of the hunt for one wrong program. */
export type ProgramRow = {
  readonly name: string;
  readonly runs: number; // scripts played
  readonly soaks: number;
  readonly seconds: number;
  readonly killed: Killed | null;
};

const shrinkSeconds = 20;

/** One that is not told apart never ends its hunt, which is to find out whether it is. */
const unseenSeconds = 4;

const killedBy = (refutal: Refutal): Killed => {
  const isScript = refutal.by === 'script';
  return {
    ...howOf(refutal),
    foundEvents: isScript ? refutal.foundEvents : null,
    script: isScript ? refutal.script : null,
    soak: isScript ? null : refutal.story,
    timed: null,
  };
};

/** Its seed is known; a run that does not refute it any more leaves it surviving. */
const timed = (wrong: WrongTiming, seconds: () => number): ProgramRow => {
  const cause = timedCause(wrong);
  const { name, seed } = wrong;
  const nothing = { foundEvents: null, script: null, soak: null };
  const killed = cause === null ? null : { kind: 'time', cause, ...nothing, timed: { seed } };
  return { name, runs: 0, soaks: 1, seconds: seconds(), killed };
};

const hunted = ({ name, seed, seconds, known }: ProgramHunt): ProgramRow => {
  const wrong = wrongNamed(name);
  if (wrong === null) throw new Error(`There is no wrong program named ${name}.`);
  const nowSeconds = (): number => performance.now() / 1000;
  const beganAt = nowSeconds();
  const wrongTiming = timedNamed(name);
  if (wrongTiming !== null) return timed(wrongTiming, () => nowSeconds() - beganAt);
  const again = known && refuteAgain(wrong, known);
  if (again !== null) {
    const tried = { runs: known?.by === 'script' ? 1 : 0, soaks: known?.by === 'soak' ? 1 : 0 };
    return { name, ...tried, seconds: nowSeconds() - beganAt, killed: killedBy(again) };
  }
  const isUnseen = unseenPrograms.some((one) => one.name === name);
  const most = isUnseen ? Math.min(seconds, unseenSeconds) : seconds;
  const spans = { scriptSeconds: most, soakSeconds: most, shrinkSeconds };
  const { refutal, ...sums } = refute(wrong, { seed, ...spans, nowSeconds });
  return { name, ...sums, killed: refutal === null ? null : killedBy(refutal) };
};

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (hunt: ProgramHunt) => port.postMessage(hunted(hunt)));
}
