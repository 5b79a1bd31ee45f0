import type { Guest } from '../impl/guest/guest.ts';
import { guestNamed } from '../impl/host/software.ts';
import { Alone } from '../impl/riscv/alone.ts';
import { median } from './figure.ts';
import { computing, hasLinux, linuxBusy, type Workload } from './workload.ts';

const sliceCount = 1 << 20;

/** A machine by itself that does what a workload wants. */
const working = ({ guest: named, isUpAt, typed }: Workload): Guest => {
  const image = guestNamed([named]);
  if (typeof image === 'string') throw new Error(image);
  const guest = image.boot();
  const one = new Alone({ guest, blockBytes: image.blockBytes });
  one.until(() => one.console.endsWith(isUpAt));
  if (typed !== null) one.type(typed);
  one.until(() => false, sliceCount); // the line has been read
  return guest;
};

/** Instructions per second of the thread's processor time, in millions; nothing interrupts. */
const mipsOf = (guest: Guest, instructionCount: number): number => {
  const [began, before] = [process.threadCpuUsage(), guest.position];
  const end = before + instructionCount;
  while (guest.position < end) {
    const stop = guest.run(Math.min(guest.position + sliceCount, end));
    if (stop === 'trap') guest.perform(0);
    else if (stop !== 'limit') throw new Error(`it computes all the time: got ${stop}`);
  }
  const { user, system } = process.threadCpuUsage(began);
  return (guest.position - before) / (user + system);
};

/** What the interpreter comes to. */
export type Speed = { readonly compute: number; readonly linux: number | null };

/** Millions of instructions per second of guests that compute, in turns: medians. */
export const speed = (isQuick: boolean): Speed => {
  const [roundCount, instructionCount] = isQuick ? [3, 10_000_000] : [15, 60_000_000];
  const compute = working(computing);
  const linux = hasLinux ? working(linuxBusy) : null;
  const rounds = Array.from({ length: roundCount + 2 }, () => ({
    compute: mipsOf(compute, instructionCount),
    linux: linux === null ? 0 : mipsOf(linux, instructionCount),
  })).slice(2); // the compiler learns what is hot
  return {
    compute: median(rounds.map((round) => round.compute)),
    linux: linux === null ? null : median(rounds.map((round) => round.linux)),
  };
};
