import { describe, expect, it } from 'vitest';
import type { Command } from '../../impl/hypervisor/command.ts';
import { foldSoak } from '../simulation/plan.ts';
import type { Core, Program } from '../simulation/program.ts';
import { judgedSoak } from './soaked.ts';
import { programWith } from './trial.ts';

const seeds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${at}`);

const wrongIn = (program: Program, seed: string, troubledMs: number): string | null =>
  judgedSoak(program, foldSoak(seed, troubledMs)).wrong;

it.each(seeds(50))('soak %s is a run of the specification, and the same again', (seed) => {
  expect(wrongIn(programWith(), seed, 1500)).toBeNull();
});

/** What is wrong with a program by the first soak that it fails, of ten. */
const noticed = (program: Program): string | null => {
  for (const seed of seeds(10)) {
    const wrong = wrongIn(program, seed, 1500);
    if (wrong !== null) return wrong;
  }
  return null;
};

/** A program that is another one from its second boot on. */
const fickle = (): Program => {
  const { boot, destination } = programWith();
  let bootCount = 0;
  return {
    boot: (options) => {
      bootCount++;
      const retryEveryMs = options.settings.retryEveryMs + bootCount - 1;
      return boot({ ...options, settings: { ...options.settings, retryEveryMs } });
    },
    destination,
  };
};

/** The program, of whose commands the world gets others. */
const garbled = (change: (command: Command) => readonly Command[]): Program => {
  const { boot, destination } = programWith();
  const changed = (core: Core): Core => ({
    handle: (input, nowMs) => core.handle(input, nowMs).flatMap(change),
    nextDeadlineMs: () => core.nextDeadlineMs(),
    wantsCpu: () => core.wantsCpu(),
    limitPercent: () => core.limitPercent(),
    status: () => core.status(),
  });
  return {
    boot: (options) => changed(boot(options)),
    destination: (options) => changed(destination(options)),
  };
};

describe('a soak fails', () => {
  it('by the specification', () => {
    const wrong = /leaves the specification .* the Output Rule holds it back/;
    expect(noticed(programWith({ mayLeave: () => true }))).toMatch(wrong);
  });

  it('by what one machine alone would not put out', () => {
    const bytes = new Uint8Array(4);
    const program = garbled((command) =>
      command.type === 'transmit' ? [{ ...command, bytes }] : [command],
    );
    expect(noticed(program)).toMatch(/one machine alone would not put out/);
  });

  it('by what the world has not heard', () => {
    const program = garbled((command) => (command.type === 'print' ? [] : [command]));
    expect(noticed(program)).toMatch(/the world has heard other outputs/);
  });

  it('by what is not back after the calm', () => {
    const program = garbled((command) => (command.type === 'askForBackup' ? [] : [command]));
    expect(noticed(program)).toBe('copy 0 serves without a backup');
  });

  it('by what it is when it is run again', () => {
    expect(noticed(fickle())).toMatch(/^run a second time, it differs from line \d+ /);
  });
});
