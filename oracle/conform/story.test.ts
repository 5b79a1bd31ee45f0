import { expect, it } from 'vitest';
import { alive, answering, playedWith, scriptOf } from './stand-in.ts';

const settings = { primaryCapacity: 4, backupCapacity: 5, packetGroup: 2 };

it('begins with the room that was drawn', () => {
  const { story } = playedWith(alive, scriptOf(['core'], settings));
  expect(story).toEqual([
    'the pair begins: p is the primary on A, b its backup on B; ' +
      'primaryCapacity 4 backupCapacity 5 packetGroup 2',
  ]);
});

const ticksIn = (story: readonly string[], host: string): readonly string[] =>
  story.filter((line) => line.startsWith(`${host} <- tick`));

it.each([
  ['heartbeat', 'no heartbeat since 500'],
  ['log', 'nothing on the channel since 500'],
] as const)('says since when nothing came on the %s network', (net, words) => {
  const { story, finding } = playedWith(
    alive,
    scriptOf(
      ['core'],
      settings,
      { do: 'elapse', ticks: 1 },
      { do: 'cut', net, to: 'B' },
      { do: 'elapse', ticks: 9 },
    ),
  );
  expect(finding?.key).toBe('owed: suspect on silence');
  expect(ticksIn(story, 'B').at(-1)).toContain(`(${words})`);
  expect(ticksIn(story, 'A').join('\n')).not.toContain('since');
});

it('says nothing of silence to who has suspected', () => {
  const program = answering({ lost: () => [['suspect'], ['testAndSet']] });
  const lost = scriptOf(['core'], {}, { do: 'lose' }, { do: 'elapse', ticks: 9 });
  const { story } = playedWith(program, lost);
  expect(ticksIn(story, 'B')).not.toEqual([]);
  expect(story.join('\n')).not.toContain('since');
});
