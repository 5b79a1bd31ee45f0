import type { Command } from '../../impl/hypervisor/command.ts';
import type { CopyOptions } from '../../impl/hypervisor/hypervisor.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import type { Core, Program } from './program.ts';

/** A turn of a copy: what happened to it, when, and all that it wanted done then. */
export type Turn = {
  readonly atMs: number; // in a timed world all clocks show the same
  readonly copy: string;
  readonly host: string;
  readonly input: Input;
  readonly commands: readonly Command[];
  readonly core: Core; // as it is after the turn
  readonly status: ReturnType<Core['status']>; // likewise
};

/** The same program, with somebody who looks on: nothing of it shows but by turns. */
export const watched = ({ boot, destination }: Program, onTurn: (turn: Turn) => void): Program => {
  const watch = (core: Core, { copy, host }: CopyOptions): Core => ({
    handle: (input, atMs) => {
      const commands = core.handle(input, atMs);
      onTurn({ atMs, copy, host, input, commands, core, status: core.status() });
      return commands;
    },
    nextDeadlineMs: () => core.nextDeadlineMs(),
    wantsCpu: () => core.wantsCpu(),
    limitPercent: () => core.limitPercent(),
    alarmMs: () => core.alarmMs?.(),
    status: () => core.status(),
  });
  return {
    boot: (options) => watch(boot(options), options),
    destination: (options) => watch(destination(options), options),
  };
};
