import type { Image } from '../../impl/guest/guest.ts';
import type { Command } from '../../impl/hypervisor/command.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import type { Status } from '../../impl/hypervisor/status.ts';
import type { Core, Program } from './program.ts';

/** A copy without a will of its own: it notes what happens to it and does what it is told to. */
export type Puppet = Core & {
  readonly heard: Input[];
  readonly heardAtMs: number[];
  /** What it wants done with the next inputs, one list for each. */
  readonly wants: (readonly Command[])[];
  mode: Status['mode'];
  deadlineMs: number | null;
};

const newPuppet = (): Puppet => {
  const puppet: Puppet = {
    ...{ heard: [], heardAtMs: [], wants: [], mode: 'live', deadlineMs: null },
    handle: (input, nowMs) => {
      puppet.heard.push(input);
      puppet.heardAtMs.push(nowMs);
      return puppet.wants.shift() ?? [];
    },
    nextDeadlineMs: () => puppet.deadlineMs,
    wantsCpu: () => false,
    limitPercent: () => 100,
    status: () => ({
      ...{ mode: puppet.mode, generation: 0, position: 0, peer: null, isOff: false },
      ...{ isStalled: false, share: 100, throttlePercent: 100, lagMs: 0 },
      outstandingCount: 0,
    }),
  };
  return puppet;
};

/** A program of puppets, by the name of the copy: to test the world without a hypervisor. */
export type Theatre = { readonly program: Program; readonly puppets: Map<string, Puppet> };

export const newTheatre = (): Theatre => {
  const puppets = new Map<string, Puppet>();
  const made = ({ copy }: { readonly copy: string }): Core => {
    const puppet = newPuppet();
    puppets.set(copy, puppet);
    return puppet;
  };
  return { puppets, program: { boot: made, destination: made } };
};

/** An image for those who never run it. */
export const noImage: Image = {
  name: 'none',
  boot: () => {
    throw new Error('nobody boots it');
  },
  restore: () => {
    throw new Error('nobody restores it');
  },
  resume: () => {
    throw new Error('nobody resumes it');
  },
  pages: { count: 0, bytes: 0 },
  blockBytes: 4,
  largestGroupBytes: 100,
};
