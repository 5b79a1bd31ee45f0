import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { EventType } from '../../model/event.ts';
import { paper } from '../../model/paper.ts';
import { scripts } from '../checker/arbitrary.ts';
import type { Script } from '../checker/script.ts';
import { opinionOf } from '../conformance/single-machine.ts';
import { programWith } from '../conformance/trial.ts';
import type { Program } from './program.ts';
import { type Played, playScript } from './scripted.ts';

const some: readonly Script[] = fc.sample(scripts(paper), { numRuns: 150, seed: 7 });

const played = (script: Script, program: Program = programWith()): Played =>
  playScript(program, foldImage(script.settings.program), script);

const opinionOn = (script: Script, program?: Program): string | null => {
  const { reports, witnessed } = played(script, program);
  const { goLiveOutput, program: instructions } = script.settings;
  return opinionOf(foldImage(instructions), reports, witnessed, goLiveOutput);
};

/**
 * Those that the program does by itself at once, so that there is nothing to choose; those that it
 * has mostly done when they come; and one that is as rare as a crash with its disk busy.
 */
const implied: ReadonlySet<EventType> = new Set([
  ...(['flush', 'release', 'submit', 'goLive'] as const),
  ...(['switchOver', 'takeUp'] as const),
  'loseIo',
]);

it('every kind of event means something to the program somewhere', () => {
  const meant = new Set<EventType>();
  const did = new Set<string>();
  for (const script of some) {
    const { skipped, reports } = played(script);
    for (const one of reports) if (one.by === 'copy') did.add(one.report.did);
    for (const { type } of script.events) {
      const count = script.events.filter((event) => event.type === type).length;
      if ((skipped.get(type) ?? 0) < count) meant.add(type);
    }
  }
  const kinds = Object.keys(paper.actions).filter((type) => !implied.has(type as EventType));
  expect(kinds.filter((type) => !meant.has(type as EventType))).toEqual([]);
  const unasked = ['entrySent', 'released', 'submitted', 'wentLive', 'switchedOver', 'tookUp'];
  expect(unasked.filter((what) => !did.has(what))).toEqual([]);
});

it('what befalls the world is imposed as it is', () => {
  const events: Script['events'] = [
    { type: 'crash', host: 'C' },
    { type: 'send' },
    { type: 'cut', net: 'log', from: 'A', to: 'B' },
    { type: 'loseService' },
  ];
  const [script] = some;
  if (script === undefined) throw new Error('there are scripts');
  const { reports, applied } = played({ ...script, events });
  const tail = reports.flatMap((one) => (one.by === 'world' ? [one.happening.what] : []));
  expect(tail.slice(-4)).toEqual(['crashed', 'sent', 'cut', 'serviceLost']);
  expect(applied).toBe(4);
});

it('a script that starts protected begins with a pair', () => {
  const script = some.find(({ settings }) => settings.start === 'protected');
  if (script === undefined) throw new Error('there are such scripts');
  const { reports } = played({ ...script, events: [] });
  const did = reports.flatMap((one) => (one.by === 'copy' ? [one.report.did] : []));
  expect(did).toEqual(expect.arrayContaining(['askedForBackup', 'cloning', 'cut', 'armed']));
  expect(did.at(-1)).toBe('ackRead');
});

it('a script is a run, byte for byte', () => {
  for (const script of some.slice(0, 50)) {
    expect(JSON.stringify(played(script).reports)).toBe(JSON.stringify(played(script).reports));
  }
});

it('one machine alone would have put out all that was seen', () => {
  expect(some.map((script) => opinionOn(script)).filter((opinion) => opinion !== null)).toEqual([]);
});

it('one machine alone would not have put out what leaves before its ack', () => {
  const hasty = programWith({ mayLeave: () => true });
  const long = fc.sample(scripts(paper, { length: 300 }), { numRuns: 100, seed: 7 });
  const opinions = long.map((script) => opinionOn(script, hasty));
  expect(opinions.filter((opinion) => opinion !== null)).not.toEqual([]);
});
