import type { Image } from '../../impl/guest/guest.ts';
import type { Command } from '../../impl/hypervisor/command.ts';
import type { CopyOptions, DestinationOptions } from '../../impl/hypervisor/hypervisor.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';
import type { Status } from '../../impl/hypervisor/status.ts';

/** One copy of the VM as the world sees it: `Hypervisor`, a stub of it, or a mutant. */
export type Core = {
  readonly handle: (input: Input, nowMs: number) => readonly Command[];
  readonly nextDeadlineMs: () => number | null;
  readonly wantsCpu: () => boolean;
  readonly limitPercent: () => number;
  readonly alarmMs?: () => number | null | undefined;
  readonly status: () => Pick<
    Status,
    | 'mode'
    | 'generation'
    | 'position'
    | 'peer'
    | 'isOff'
    | 'isStalled'
    | 'share'
    | 'outstandingCount'
    | 'throttlePercent'
    | 'lagMs'
  >;
};

/** The program under test: how copies of the VM come to be. */
export type Program = {
  readonly boot: (options: CopyOptions) => Core;
  readonly destination: (options: DestinationOptions) => Core;
};

/** What the program is run with. */
export type Machine = { readonly settings: Settings; readonly image: Image };

/** The program has broken its contract with its host, whatever the protocol says about it. */
export function must(condition: boolean, contract: string): asserts condition {
  if (!condition) throw new Error(`broken contract: ${contract}`);
}
