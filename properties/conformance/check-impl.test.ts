import { describe, expect, it } from 'vitest';
import { everyStep, witnesses } from '../catalogue.ts';
import type { Program } from '../simulation/program.ts';
import { type ProgramSuite, programCheck, scriptOfRun, shrinkProgram } from './check-impl.ts';
import { divergenceText } from './divergence-text.ts';
import { huntSuite, tells } from './refute.ts';
import { causeOf, programWith, trial } from './trial.ts';
import { doing } from './wrong/wrong-parts.ts';
import type { WrongProgram } from './wrong/wrong-program.ts';
import { allWrong, answeredBy, unseenPrograms, wrongNamed } from './wrong-policies.ts';

const suiteOf = (program: Program): ProgramSuite => ({
  program,
  seed: '1',
  fixed: {},
  strategies: ['swarm', 'pct'],
  claims: [],
});

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

/** The first script of a hunt that refutes it, and leaves the right program alone. */
const firstTold = (wrong: WrongProgram, runsMax: number) => {
  const suite = huntSuite(wrong, '1');
  for (let run = 0; run < runsMax; run++) {
    const script = scriptOfRun(suite, run);
    const finding = tells(wrong, script);
    if (finding !== null) return { script, finding };
  }
  return null;
};

const named = (name: string): WrongProgram => {
  const wrong = wrongNamed(name);
  if (wrong === null) throw new Error(`there is no wrong program named ${name}`);
  return wrong;
};

describe('a wrong program', () => {
  // each of them dies again in counterexamples/program.test.ts, by the script kept of it
  it.each([
    'release-off-by-one',
    'effect-before-log',
    'backup-skips-TAS',
    'ack-of-a-partial-frame',
    'stale-connection',
  ])('is refuted by a script that says nothing against the right one: %s', (name) => {
    expect(firstTold(named(name), 60)).not.toBeNull();
  });

  it.each(unseenPrograms)('is not told apart by a few scripts: $name', (wrong) => {
    expect(firstTold(wrong, 10)).toBeNull();
  });

  it('has a name of its own', () => {
    const names = allWrong.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const answered = allWrong.flatMap(answeredBy);
    expect(new Set(answered).size).toBe(answered.length);
  });

  it('is refuted by a script that shrinks to a few events, and a story that names the rule', () => {
    const program = programWith({ mayLeave: () => true });
    const first = firstTold(named('no-output-rule'), 60);
    if (first === null) throw new Error('it was not refuted');
    const { script, finding } = shrinkProgram(program, first, () => false);
    expect(script.events.length).toBeLessThan(5);
    expect(trial(program, script).finding).toEqual(finding);
    const story = finding.kind === 'divergence' ? divergenceText(finding.divergence) : '';
    expect(story).toContain('the Output Rule holds it');
    expect(story).toContain('R22-4');
  });
});

it('refutes a program that puts out more than it says', () => {
  const twice = doing((command) => (command.type === 'transmit' ? [command, command] : [command]));
  const check = programCheck(suiteOf(twice(programWith())), []);
  for (let run = 0; run < 20 && check.next(); run++);
  expect(check.verdict().first?.finding.kind).toBe('unsaid');
});
