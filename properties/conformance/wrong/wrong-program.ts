import type { Policies } from '../../../impl/hypervisor/policies.ts';
import type { Settings } from '../../../model/settings.ts';
import type { Program } from '../../simulation/program.ts';
import { programWith } from '../trial.ts';

/** A program that is wrong in one decision, or in one of its parts. */
export type WrongProgram = {
  readonly name: string; // that of the mutant of the specification, where there is one
  readonly mistake: string;
  readonly cites: readonly string[];
  readonly policies?: Partial<Policies>; // the decision that is wrong
  readonly wraps?: (program: Program) => Program; // the part that is
  readonly answersTo?: readonly string[]; // mutants of the specification; else its namesake
  readonly fixed?: Partial<Settings>; // what it takes to show
};

/** What a script is played to. */
export const programOf = ({ policies = {}, wraps }: WrongProgram): Program => {
  const program = programWith(policies);
  return wraps === undefined ? program : wraps(program);
};

/** Nothing that varies by itself. */
export const plain: Settings['features'] = {
  console: false,
  control: false,
  disk: false,
  vmotion: false,
};

/** A guest that writes and reads, with operations that race. */
export const writing: Partial<Settings> = {
  program: ['touch p', 'write x p', 'touch q', 'write x q', 'read x p', 'transmit'],
};
/** A guest that shuts itself down once a key was pressed. */
export const pressed: Partial<Settings> = { program: ['compute', 'shutdown', 'transmit'] };
/** An administrator gives orders. */
export const ordered: Partial<Settings> = { features: { ...plain, control: true } };
/** Somebody is at the console. */
export const typed: Partial<Settings> = { features: { ...plain, console: true } };
/** Copies are moved. */
export const moved: Partial<Settings> = { features: { ...plain, vmotion: true } };
/** Copies of a guest that writes are moved. */
export const movedWriting: Partial<Settings> = { ...moved, program: ['touch p', 'write x p'] };
/** Instructions whose group has two entries. */
export const grouped: Partial<Settings> = { program: ['stamp', 'compute'] };
/** Packets come in groups, and send the transmit ring. */
export const ringed: Partial<Settings> = {
  program: ['post', 'compute', 'reply', 'kick'],
  packetGroup: 2,
};
/** A lost connection is no evidence: the backup connects again. */
export const reconnecting: Partial<Settings> = { connectionLoss: 'ignored' };
