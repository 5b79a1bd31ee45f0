import { describe, expect, it } from 'vitest';
import type { Command } from '../../impl/hypervisor/command.ts';
import { everyStep, witnesses } from '../catalogue.ts';
import type { Core, Program } from '../simulation/program.ts';
import { type ProgramSuite, programCheck, scriptOfRun, shrinkProgram } from './check-impl.ts';
import { divergenceText } from './divergence-text.ts';
import { causeOf, programWith, trial } from './trial.ts';
import { unseenPolicies, type WrongPolicy, wrongPolicies } from './wrong-policies.ts';

const suiteOf = (program: Program, fixed: ProgramSuite['fixed'] = {}): ProgramSuite => ({
  program,
  seed: '1',
  fixed,
  strategies: ['swarm', 'pct'],
  claims: [],
});

const runsMax = 800;

const refuting = ({ policies, fixed = {} }: WrongPolicy, runs = runsMax) => {
  const check = programCheck(suiteOf(programWith(policies), fixed), []);
  for (let run = 0; run < runs && check.next(); run++);
  return check.verdict();
};

describe('the program', () => {
  it('does what the specification allows, and every claim holds on its runs', () => {
    const check = programCheck({ ...suiteOf(programWith()), claims: everyStep }, witnesses);
    for (let run = 0; run < 200 && check.next(); run++);
    const { first, runs, lines, unseen } = check.verdict();
    expect(first === null ? null : causeOf(first.finding)).toBeNull();
    expect(runs).toBe(200);
    expect(lines).toBeGreaterThan(10_000);
    // takeovers with a backlog, moves, power-offs: cases that the claims are about do occur
    expect(witnesses.length - unseen.length).toBeGreaterThan(10);
  });

  it('is tried on the same script by the same seed and number', () => {
    const suite = suiteOf(programWith());
    expect(scriptOfRun(suite, 7)).toEqual(scriptOfRun(suite, 7));
    expect(scriptOfRun(suite, 7)).not.toEqual(scriptOfRun(suite, 8));
  });
});

describe('a program that decides wrongly', () => {
  it.each(wrongPolicies)('is refuted: $name', (wrong) => {
    expect(refuting(wrong).overall).toBe('refuted');
  });

  it.each(unseenPolicies)('is not told apart: $name', (wrong) => {
    expect(refuting(wrong, 40).first).toBeNull();
  });

  it('is refuted by a script that shrinks to a few events, and a story that names the rule', () => {
    const program = programWith({ mayLeave: () => true });
    const { first } = refuting({ ...wrongless, policies: { mayLeave: () => true } });
    if (first === null) throw new Error('it was not refuted');
    const { script, finding } = shrinkProgram(program, first, () => false);
    expect(script.events.length).toBeLessThan(5);
    expect(trial(program, script).finding).toEqual(finding);
    const story = finding.kind === 'divergence' ? divergenceText(finding.divergence) : '';
    expect(story).toContain('the Output Rule holds it');
    expect(story).toContain('R22-4');
  });
});

const wrongless: WrongPolicy = { name: '', mistake: '', cites: [], policies: {} };

const doubled = (command: Command): readonly Command[] =>
  command.type === 'transmit' ? [command, command] : [command];

/** A shell that puts out every packet twice, and says nothing of it. */
const twice = (core: Core): Core => ({
  handle: (input, nowMs) => core.handle(input, nowMs).flatMap(doubled),
  nextDeadlineMs: () => core.nextDeadlineMs(),
  wantsCpu: () => core.wantsCpu(),
  limitPercent: () => core.limitPercent(),
  status: () => core.status(),
});

it('refutes a program that puts out more than it says', () => {
  const { boot, destination } = programWith();
  const program: Program = {
    boot: (options) => twice(boot(options)),
    destination: (options) => twice(destination(options)),
  };
  const check = programCheck(suiteOf(program), []);
  for (let run = 0; run < 20 && check.next(); run++);
  expect(check.verdict().first?.finding.kind).toBe('unsaid');
});
