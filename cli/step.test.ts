import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { isBadInput } from '../counterexamples/bad-input.ts';
import { good } from '../counterexamples/example.ts';
import { saveBundle } from './files.ts';
import { type Replayed, replayed } from './replayed.ts';
import { pressed, screenAt } from './step.ts';
import { collecting, widthOf } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-step-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { colours } = collecting().terminal;

const example = async (): Promise<Replayed> => {
  const file = join(folder, 'example.json');
  expect(saveBundle(file, good)).toBeNull();
  const found = await replayed(file, undefined);
  if (isBadInput(found)) throw new Error(found.sentence);
  return found;
};

it('goes on and back, never beyond the ends, and stops', () => {
  const press = (...keys: readonly string[]) =>
    keys.reduce((place, key) => pressed(place, key, 3), { at: 0, isOver: false });
  expect(press('left')).toEqual({ at: 0, isOver: false });
  expect(press('space', 'right', 'j', 'down')).toEqual({ at: 3, isOver: false });
  expect(press('end', 'left')).toEqual({ at: 2, isOver: false });
  expect(press('right', 'unknown')).toEqual({ at: 1, isOver: false });
  for (const key of ['q', 'escape', 'ctrl-c']) expect(press('right', key).isOver).toBe(true);
});

it('fills a screen of any size and no more, at every event', async () => {
  const replay = await example();
  for (const size of [
    { columns: 80, rows: 24 },
    { columns: 40, rows: 10 },
    { columns: 20, rows: 8 },
    { columns: 200, rows: 60 },
  ]) {
    for (let at = 0; at <= replay.story.lines.length; at++) {
      const lines = screenAt(replay, { at, isOver: false }, size, colours);
      expect(lines).toHaveLength(size.rows);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(size.columns);
    }
  }
});

it('shows the event, what the world notices and what the state turns into', async () => {
  const replay = await example();
  const at = replay.story.lines.findIndex(({ event }) => event.type === 'release') + 1;
  const text = screenAt(replay, { at, isOver: false }, { columns: 80, rows: 24 }, colours).join(
    '\n',
  );
  expect(text).toMatch(/^S1 under paper +event 11 of 14\n/);
  expect(text).toMatch(/\n> +11 +A0 +releases output 0/);
  expect(text).toMatch(/the world sees output 0/);
  expect(text).toMatch(/withheld/);
});
