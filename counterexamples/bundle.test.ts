import { describe, expect, it } from 'vitest';
import { defaultClock } from '../model/settings.ts';
import { isBadInput } from './bad-input.ts';
import { type Counterexample, decodeBundle, encodeBundle } from './bundle.ts';
import {
  changed,
  childrenOf,
  good,
  type Json,
  jsonOf,
  managed,
  type Path,
  round,
  stuck,
  timed,
  written,
} from './example.ts';

const decoded = (text: string): Counterexample => {
  const bundle = decodeBundle(text, 'good.json');
  if (isBadInput(bundle)) throw new Error(bundle.sentence);
  return bundle;
};

const sentence = (text: string): string => {
  const bad = decodeBundle(text, 'bad.json');
  return isBadInput(bad) ? bad.sentence : 'it is accepted';
};

describe('a bundle', () => {
  it('is read as it was written, and written as it was read', () => {
    for (const bundle of [good, timed, managed, round, stuck]) {
      expect(decoded(encodeBundle(bundle))).toEqual(bundle);
      expect(encodeBundle(decoded(encodeBundle(bundle)))).toBe(encodeBundle(bundle));
    }
  });

  it('has a line for each event', () => {
    const lines = encodeBundle(good).split('\n');
    expect(lines).toContain('    { "id": 0, "type": "execute", "copy": 0 },');
    expect(lines).toContain('    { "id": 39, "type": "crash", "host": "A" }');
    expect(lines).toContain('  "certificate": { "kind": "locally minimal", "tried": 31 },');
  });

  it('says of a lasso how it goes on, under a version of its own', () => {
    const lines = encodeBundle(round).split('\n');
    expect(lines).toContain('  "format": 2,');
    expect(lines).toContain(
      '  "lasso": { "kind": "cycle", "from": 12, "owedFrom": 11, "asksForBackups": true },',
    );
    expect(encodeBundle(stuck)).toContain('"lasso": { "kind": "dead end", "owedFrom": 14, ');
  });

  it('may list its fields in any order', () => {
    const json = Object.fromEntries(childrenOf(jsonOf(good)).toReversed());
    expect(decoded(written(json))).toEqual(good);
  });
});

const told = (path: Path, to: Json | undefined, of: Counterexample = timed): string =>
  sentence(written(changed(jsonOf(of), path, to)));

/** A sentence in two lines, without its beginning, which is the same for all. */
const split = (whole: string): string =>
  whole.replace('In bad.json, ', '').replace(/, but (?!.*, but)/, ',\n    but ');

describe('what is wrong is told with place, expectation and finding', () => {
  it('in the values', () => {
    const sentences = [
      told(['format'], 3),
      told([], ['a', 'list']),
      told(['script', '13', 'host'], 'E'),
      told(['script', '13', 'host'], undefined),
      told(['script', '13', 'type'], 'crush'),
      told(['script', '13'], { id: 39, type: 'crash', hosst: 'A' }),
      told(['script', '12', 'speed'], 120),
      told(['settings', 'clock', 'timerEvery'], 0),
      told(['settings', 'program'], []),
      told(['claim'], 'no claim'),
      told(['end'], 'F'.repeat(16)),
      told(['certificate', 'kind'], 'minimal'),
    ];
    expect(sentences.map(split).join('\n')).toMatchInlineSnapshot(`
      "format should be 1 or 2, the versions known here,
          but is 3.
      the file should be a bundle,
          but is a list of 2.
      script[13].host should be "A", "B", "C" or "D",
          but is "E".
      script[13].host should be "A", "B", "C" or "D",
          but is missing.
      script[13].type should be the type of an event,
          but is "crush".
      script[13].hosst should be absent (the fields here are id, type, host),
          but is "A".
      script[12].speed should be a whole number from 0 to 100,
          but is 120.
      settings.clock.timerEvery should be a whole number from 1 to 1000 or null,
          but is 0.
      settings.program should be a list of 1 to 1000 values,
          but is [].
      claim should be the id of a claim such as "S1",
          but is "no claim".
      end should be 16 hexadecimal digits in lower case,
          but is "FFFFFFFFFFFFFFFF".
      certificate.kind should be "locally minimal" or "not minimized",
          but is "minimal"."
    `);
  });

  it('in the values of what else a run has', () => {
    const sentences = [
      told(['settings', 'program', '0'], 'write z p'),
      told(['settings', 'hostCount'], 2),
      told(['settings', 'features', 'vmotion'], 1),
      told(['script', '3', 'kind'], 'WHEEL', managed),
      told(['script', '8', 'transferred'], 2, managed),
      told(['script', '21', 'operation'], 'suspend', managed),
    ];
    expect(sentences.map(split).join('\n')).toMatchInlineSnapshot(`
      "settings.program[0] should be an instruction such as "transmit" or "read x p",
          but is "write z p".
      settings.hostCount should be a whole number from 3 to 4,
          but is 2.
      settings.features.vmotion should be true or false,
          but is 1.
      script[3].kind should be "KEY" or "MOUSE",
          but is "WHEEL".
      script[8].transferred should be a whole number from 0 to 1,
          but is 2.
      script[21].operation should be "powerOff", "raiseShare" or "lowerShare",
          but is "suspend"."
    `);
  });

  it('in what does not go together', () => {
    const sentences = [
      told(['script', '11', 'to'], 'A'),
      told(['script', '13', 'id'], 9),
      told(['settings', 'primaryCapacity'], 1),
      told(['settings', 'clock', 'slightLag'], 5),
      told(['settings', 'packetGroup'], 1, managed),
      told(['at'], 15),
      told(['calm'], false),
    ];
    expect(sentences.map(split).join('\n')).toMatchInlineSnapshot(`
      "script[11].to should be another host than the one it leads from,
          but is "A".
      script[13].id should be another than that of script[3],
          but is 9.
      settings.primaryCapacity should be at least 2, the entries of the largest group,
          but is 1.
      settings.clock.slightLag should be at most 2, the significant lag,
          but is 5.
      script[2].count should be at most 1, the packets of one interrupt,
          but is 2.
      at should be at most 14, the number of events,
          but is 15.
      at should be at most 13, the index of the last event,
          but is 14."
    `);
  });

  it('in the values of a lasso', () => {
    const sentences = [
      told(['lasso', 'from'], 12.5, round),
      told(['lasso', 'from'], -1, round),
      told(['lasso', 'from'], undefined, round),
      told(['lasso', 'kind'], 'loop', round),
      told(['lasso', 'kind'], 'dead end', round),
      told(['lasso', 'asksForBackups'], 'no', round),
      told(['lasso'], null, round),
      told(['lasso'], undefined, round),
      told(['claim'], 'S1', round),
      told(['claim'], 'L6', round),
    ];
    expect(sentences.map(split).join('\n')).toMatchInlineSnapshot(`
      "lasso.from should be a whole number from 0 to 1000000,
          but is 12.5.
      lasso.from should be a whole number from 0 to 1000000,
          but is -1.
      lasso.from should be a whole number from 0 to 1000000,
          but is missing.
      lasso.kind should be "cycle" or "dead end",
          but is "loop".
      lasso.from should be absent (the fields here are kind, owedFrom, asksForBackups),
          but is 12.
      lasso.asksForBackups should be true or false,
          but is "no".
      lasso should be an object with kind, owedFrom, asksForBackups,
          but is null.
      lasso should be an object with kind, owedFrom, asksForBackups,
          but is missing.
      claim should be L1, L2, L2a, L3, L4, L5 or L7, the claims that a lasso can break,
          but is "S1".
      claim should be L1, L2, L2a, L3, L4, L5 or L7, the claims that a lasso can break,
          but is "L6"."
    `);
  });

  it('in what does not go together in a lasso', () => {
    const sentences = [
      told(['lasso', 'from'], 14, round),
      told(['lasso', 'owedFrom'], 13, round),
      told(['lasso', 'owedFrom'], 15, stuck),
      told(['script'], [], round),
      told(['settings', 'clock'], defaultClock, round),
    ];
    expect(sentences.map(split).join('\n')).toMatchInlineSnapshot(`
      "lasso.from should be at most 13, the index of the last event,
          but is 14.
      lasso.owedFrom should be at most 12, the number of events before the cycle,
          but is 13.
      lasso.owedFrom should be at most 14, the number of events,
          but is 15.
      script should be the events of a cycle,
          but is [].
      settings.clock should be null, for a lasso is without time,
          but is an object with timeout, stallTimeout, heartbeatEvery, keepa…."
    `);
  });

  it('where a lasso has the version of a run, or a run that of a lasso', () => {
    expect(told(['format'], 1, round)).toMatch(/, lasso should be absent \(the fields here are /);
    expect(told(['format'], 2, good)).toMatch(/, at should be absent \(the fields here are /);
  });

  it('in the text', () => {
    const sentences = [
      '',
      '{\n  "format": 1,\n  "spec": "pap',
      '{\n  "format": 1,\n  "calm": tr',
      '{ "format": 1, spec: 2 }',
      '{ "format": 1 "spec": 2 }',
      '{ "format": 1, }',
      '{ "format": 01 }',
      '[1, 2] 3',
      '{ "format": \u001b }',
    ];
    expect(sentences.map(sentence).map(split).join('\n')).toMatchInlineSnapshot(`
      "line 1, column 1 should be a value,
          but the text ends there.
      line 3, column 15 should be the rest of a value,
          but the text ends there.
      line 3, column 13 should be the rest of a value,
          but the text ends there.
      line 1, column 16 should be the name of a field in double quotes,
          but is "spec".
      line 1, column 15 should be "," or the closing bracket,
          but is "\\"".
      line 1, column 16 should be the name of a field in double quotes,
          but is "}".
      line 1, column 14 should be "," or the closing bracket,
          but is "1".
      line 1, column 8 should be the end of the text,
          but is "3".
      line 1, column 13 should be a value,
          but is "\\u001b"."
    `);
  });
});
