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

const time = 'it changes when something happens, never what, and conformance has no clock';

/** Programs that neither a script nor a soak need refute: they are for claims about time. */
export const unseenPrograms: readonly Unseen[] = [
  ...unseen,
  ...ofTime.map((wrong) => ({ ...wrong, because: time })),
];

/** All of them. */
export const allWrong: readonly WrongProgram[] = [...wrongPrograms, ...unseenPrograms];

/** The wrong program of that name; `null` if there is none. */
export const wrongNamed = (name: string): WrongProgram | null =>
  allWrong.find((wrong) => wrong.name === name) ?? null;

/** The mutants of the specification that a wrong program is the counterpart of. */
export const answeredBy = ({ name, answersTo = [name] }: WrongProgram): readonly string[] =>
  answersTo;
