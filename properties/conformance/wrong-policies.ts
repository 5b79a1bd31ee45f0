import { type WrongTiming, wrongTiming } from '../simulation/wrong-timing.ts';
import { ofBytes } from './wrong/of-bytes.ts';
import { ofControl } from './wrong/of-control.ts';
import { ofFailover } from './wrong/of-failover.ts';
import { ofOutputs } from './wrong/of-outputs.ts';
import { ofReplay } from './wrong/of-replay.ts';
import { ofTheDisk } from './wrong/of-the-disk.ts';
import { ofTheLog } from './wrong/of-the-log.ts';
import { ofTime } from './wrong/of-time.ts';
import { type Unseen, unseen } from './wrong/unseen.ts';
import type { WrongProgram } from './wrong/wrong-program.ts';

/** Programs that a script or a soak must refute. */
export const wrongPrograms: readonly WrongProgram[] = [
  ...ofOutputs,
  ...ofTheLog,
  ...ofReplay,
  ...ofFailover,
  ...ofControl,
  ...ofTheDisk,
  ...ofBytes,
];

const isScripted = ({ name }: WrongProgram): boolean =>
  wrongPrograms.some((wrong) => wrong.name === name);

/** Programs that a claim about time must refute in a timed run, and no script need. */
export const timedPrograms: readonly WrongTiming[] = wrongTiming.filter((one) => !isScripted(one));

/** The timed program of that name, and its run; `null` if there is none. */
export const timedNamed = (name: string): WrongTiming | null =>
  timedPrograms.find((wrong) => wrong.name === name) ?? null;

/** Programs that nothing here need refute, and why. */
export const unseenPrograms: readonly Unseen[] = [...unseen, ...ofTime];

/** All of them. */
export const allWrong: readonly WrongProgram[] = [
  ...[...wrongPrograms, ...timedPrograms, ...unseenPrograms],
];

/** The wrong program of that name; `null` if there is none. */
export const wrongNamed = (name: string): WrongProgram | null =>
  allWrong.find((wrong) => wrong.name === name) ?? null;

/** The mutants of the specification that a wrong program is the counterpart of. */
export const answeredBy = ({ name, answersTo = [name] }: WrongProgram): readonly string[] =>
  answersTo;
