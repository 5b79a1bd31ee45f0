import { describe, expect, it } from 'vitest';
import type { Explored, Progress } from '../properties/checker/explore/question.ts';
import { exploreRung, type Rung } from './rung-worker.ts';
import { travel } from './travel.ts';

const module = new URL('./rung-worker.ts', import.meta.url);
const never = new AbortController().signal;

const together = (
  rung: Rung,
  workers: number,
  signal: AbortSignal = never,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<Explored<unknown>> =>
  travel({ module, errand: { rung }, workers, megabytes: 500 }, signal, onProgress);

const host = { heap: () => 0, onProgress: () => true };

const withoutBytes = ({ progress, ...rest }: Explored<unknown>): unknown => ({
  ...rest,
  progress: { ...progress, bytes: 0 },
});

describe('a crew', () => {
  it.each<Rung>(['grid', 'grid, refuted', 'towers', '5 managers', 'to a depth'])(
    'comes to what one alone comes to: %s',
    async (rung) => {
      const expected = withoutBytes(exploreRung(rung, host));
      for (const workers of [1, 2, 3]) {
        expect(withoutBytes(await together(rung, workers))).toEqual(expected);
      }
    },
  );

  it('ends where it is when it is told to', async () => {
    const controller = new AbortController();
    const onProgress = ({ depth }: Progress): void => {
      if (depth > 50) controller.abort();
    };
    const { extent, progress } = await together('endless', 2, controller.signal, onProgress);
    expect(extent).toBe('stopped');
    expect(progress.queue).toBeGreaterThan(0);
    expect(progress.depth).toBeGreaterThan(50);
  });

  it('ends if one of its threads dies', async () => {
    await expect(together('deadly', 2)).rejects.toThrow(/exploration has died: .*boom/);
  });
});
