import type { Guest } from '../../impl/guest/guest.ts';
import type { Command } from '../../impl/hypervisor/command.ts';
import type { CopyOptions } from '../../impl/hypervisor/hypervisor.ts';
import type { Report } from '../../impl/hypervisor/report.ts';
import type { Core, Program } from '../simulation/program.ts';

const executing: ReadonlySet<Report['did']> = new Set([
  ...(['ran', 'performed', 'interrupted', 'delivered', 'fed', 'completed'] as const),
  ...(['replayed', 'consumed', 'ordered', 'armed', 'wentLive', 'tookUp'] as const),
]);

/** Its guest is gone, or is nobody's any more. */
const leaving: ReadonlySet<Report['did']> = new Set([
  ...(['halted', 'stopped', 'diverged', 'switchedOver'] as const),
]);

const isAny = (commands: readonly Command[], did: ReadonlySet<Report['did']>): boolean =>
  commands.some((command) => command.type === 'report' && did.has(command.report.did));

type Watched<T extends Pick<CopyOptions, 'image'>> = {
  readonly options: T;
  readonly guest: () => Guest | null;
};

/** The options with an image that tells which guest it has made last. */
const watched = <T extends Pick<CopyOptions, 'image'>>(options: T): Watched<T> => {
  let guest: Guest | null = null;
  const { image } = options;
  const kept = (made: Guest): Guest => {
    guest = made;
    return made;
  };
  const boot = (): Guest => kept(image.boot());
  const restore = (snapshot: Uint8Array): Guest => kept(image.restore(snapshot));
  const resume = (rest: Uint8Array, memory: Uint8Array): Guest => kept(image.resume(rest, memory));
  return {
    options: { ...options, image: { ...image, boot, restore, resume } },
    guest: () => guest,
  };
};

const digestingAfter = (core: Core, guestOf: () => Guest | null): Core => ({
  handle: (input, nowMs) => {
    const commands = core.handle(input, nowMs);
    const guest = guestOf();
    if (guest === null || !isAny(commands, executing) || isAny(commands, leaving)) return commands;
    const report = { did: 'digested', position: guest.position, digest: guest.digest() } as const;
    return [...commands, { type: 'report', report }];
  },
  nextDeadlineMs: () => core.nextDeadlineMs(),
  wantsCpu: () => core.wantsCpu(),
  limitPercent: () => core.limitPercent(),
  alarmMs: () => core.alarmMs?.(),
  status: () => core.status(),
});

/**
 * The program, and whenever something has happened to the guest of a copy, the digest of all its
 * state: states are compared at equal positions, long before they show in an output (R21-1).
 */
export const digesting = ({ boot, destination }: Program): Program => ({
  boot: (given) => {
    const { options, guest } = watched(given);
    return digestingAfter(boot(options), guest);
  },
  destination: (given) => {
    const { options, guest } = watched(given);
    return digestingAfter(destination(options), guest);
  },
});
