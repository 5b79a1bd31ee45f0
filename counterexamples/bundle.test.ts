import { describe, expect, it } from 'vitest';
import { isBadInput } from './bad-input.ts';
import { type Bundle, decodeBundle, encodeBundle } from './bundle.ts';
import { changed, childrenOf, good, type Json, jsonOf, type Path, timed, written } from './example.test-data.ts';

const decoded = (text: string): Bundle => {
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
    for (const bundle of [good, timed]) {
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

  it('may list its fields in any order', () => {
    const json = Object.fromEntries(childrenOf(jsonOf(good)).toReversed());
    expect(decoded(written(json))).toEqual(good);
  });
});

const told = (path: Path, to: Json | undefined): string =>
  sentence(written(changed(jsonOf(timed), path, to)));

describe('what is wrong is told with place, expectation and finding', () => {
  it('in the values', () => {
    const sentences = [
      told(['format'], 2),
      told([], ['a', 'list']),
      told(['script', '13', 'host'], 'D'),
      told(['script', '13', 'host'], undefined),
      told(['script', '13', 'type'], 'crush'),
      told(['script', '13'], { id: 39, type: 'crash', hosst: 'A' }),
      told(['script', '11', 'to'], 'A'),
      told(['script', '13', 'id'], 9),
      told(['script', '12', 'speed'], 120),
      told(['settings', 'primaryCapacity'], 1),
      told(['settings', 'clock', 'timerEvery'], 0),
      told(['settings', 'clock', 'slightLag'], 5),
      told(['settings', 'program'], []),
      told(['claim'], 'no claim'),
      told(['end'], 'F'.repeat(16)),
      told(['at'], 15),
      told(['calm'], false),
      told(['certificate', 'kind'], 'minimal'),
    ];
    expect(sentences.join('\n')).toMatchInlineSnapshot(`
      "In bad.json, format should be 1, the only version known here, but is 2.
      In bad.json, the file should be an object with format, spec, claim, at, calm, end, certificate, settings, script, but is a list of 2.
      In bad.json, script[13].host should be "A", "B" or "C", but is "D".
      In bad.json, script[13].host should be "A", "B" or "C", but is missing.
      In bad.json, script[13].type should be the type of an event, but is "crush".
      In bad.json, script[13].hosst should be absent (the fields here are id, type, host), but is "A".
      In bad.json, script[11].to should be another host than the one it leads from, but is "A".
      In bad.json, script[13].id should be another than that of script[3], but is 9.
      In bad.json, script[12].speed should be a whole number from 0 to 100, but is 120.
      In bad.json, settings.primaryCapacity should be at least 2, the entries of the program's largest group, but is 1.
      In bad.json, settings.clock.timerEvery should be a whole number from 1 to 1000 or null, but is 0.
      In bad.json, settings.clock.slightLag should be at most 2, the significant lag, but is 5.
      In bad.json, settings.program should be a list of 1 to 1000 values, but is [].
      In bad.json, claim should be the id of a claim such as "S1", but is "no claim".
      In bad.json, end should be 16 hexadecimal digits in lower case, but is "FFFFFFFFFFFFFFFF".
      In bad.json, at should be at most 14, the number of events, but is 15.
      In bad.json, at should be at most 13, the index of the last event, but is 14.
      In bad.json, certificate.kind should be "locally minimal" or "not minimized", but is "minimal"."
    `);
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
    expect(sentences.map(sentence).join('\n')).toMatchInlineSnapshot(`
      "In bad.json, line 1, column 1 should be a value, but the text ends there.
      In bad.json, line 3, column 15 should be the rest of a value, but the text ends there.
      In bad.json, line 3, column 13 should be the rest of a value, but the text ends there.
      In bad.json, line 1, column 16 should be the name of a field in double quotes, but is "spec".
      In bad.json, line 1, column 15 should be "," or the closing bracket, but is "\\"".
      In bad.json, line 1, column 16 should be the name of a field in double quotes, but is "}".
      In bad.json, line 1, column 14 should be "," or the closing bracket, but is "1".
      In bad.json, line 1, column 8 should be the end of the text, but is "3".
      In bad.json, line 1, column 13 should be a value, but is "\\u001b"."
    `);
  });
});

