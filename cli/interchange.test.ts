import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import { interchanged } from './interchange.ts';
import { type Replayed, replayed } from './replayed.ts';

const traces = fileURLToPath(new URL('../counterexamples/traces/', import.meta.url));
const files = readdirSync(traces).filter((name) => name.endsWith('.json'));

const replayOf = async (name: string, spec?: string): Promise<Replayed> => {
  const found = await replayed(`${traces}${name}`, spec);
  if (isBadInput(found)) throw new Error(found.sentence);
  return found;
};

const textOf = (replay: Replayed, format: 'itf' | 'tla'): string => {
  const written = interchanged(replay, format);
  if (isBadInput(written)) throw new Error(written.sentence);
  return written.text;
};

describe('a counterexample for other tools', () => {
  it('is any one of the catalogue, in both formats', async () => {
    expect(files.length).toBeGreaterThan(100);
    for (const name of files.filter((_, index) => index % 9 === 0)) {
      const replay = await replayOf(name);
      const { states } = JSON.parse(textOf(replay, 'itf'));
      expect(states).toHaveLength(replay.story.lines.length + 1);
      expect(textOf(replay, 'tla').match(/^ {2}\\\* \d+: /gm)).toHaveLength(states.length);
    }
  });

  it('says in which state each event ends, and what it was', async () => {
    const { vars, states } = JSON.parse(textOf(await replayOf('no-output-rule.json'), 'itf'));
    expect(vars).toEqual(expect.arrayContaining(['copies', 'storage', 'event']));
    const types = states.map(({ event }: { event: { type: string } }) => event.type);
    expect(types).toEqual(['init', 'execute', 'release']);
    const [, , { '#meta': meta, copies }] = states;
    expect(meta.step).toMatch(/^A0 releases output 0 .*; the world sees output 0/);
    expect(copies[0].withheld).toEqual([]);
  });

  it('leaves out what is refused, and names a calm that it does not write out', async () => {
    const elsewhere = await replayOf('no-output-rule.json', 'paper');
    expect(JSON.parse(textOf(elsewhere, 'itf')).states).toHaveLength(2);
    expect(textOf(elsewhere, 'tla').replace(/\s+\\\* /g, ' ')).toContain(
      'Under paper S2 is not broken by these events: ',
    );
    const owed = JSON.parse(textOf(await replayOf('no-mac-announce.json'), 'itf'));
    expect(owed['#meta'].description).toMatch(
      /^Under no-mac-announce \w+ is broken: .* After the last state: then no fault strikes/,
    );
  });
});
