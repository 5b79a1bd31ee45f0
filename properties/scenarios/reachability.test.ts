import { describe, expect, it } from 'vitest';
import { paper } from '../../model/paper.ts';
import { defaultSettings } from '../../model/settings.ts';
import type { State } from '../../model/state.ts';
import { type Line, play } from './play.ts';

const parted: readonly Line[] = [
  'A0 execute',
  'cut log A B',
  'cut log B A',
  'A0 suspect',
  'B1 suspect',
];
const primaryAsks: readonly Line[] = ['A0 testAndSet', 'A0 arbitrate', 'A0 learn'];
const backupAsks: readonly Line[] = ['B1 testAndSet', 'B1 arbitrate', 'B1 learn'];

const stateAfter = (...lines: readonly Line[]): State =>
  play(paper, defaultSettings, ...lines).state;
const modes = ({ copies }: State): readonly string[] => copies.map(({ mode }) => mode);
const waits = 'the storage cannot be reached: it waits';

describe('who goes live when the two sides of a pair cannot reach each other', () => {
  it('both reach the storage: the first test-and-set wins and the other side halts', () => {
    expect(modes(stateAfter(...parted, ...primaryAsks, ...backupAsks))).toEqual(['live', 'halted']);
    const reversed = stateAfter(...parted, ...backupAsks, ...primaryAsks, 'B1 goLive');
    expect(modes(reversed)).toEqual(['halted', 'live']);
  });

  it('only the primary reaches it: the backup waits, and on regaining it loses and halts', () => {
    const away: readonly Line[] = ['B loseStorage', ...parted, ...primaryAsks];
    expect(modes(stateAfter(...away))).toEqual(['live', 'frozen']);
    expect(() => stateAfter(...away, 'B1 testAndSet')).toThrow(waits);
    expect(modes(stateAfter(...away, 'B regainStorage', ...backupAsks))).toEqual([
      'live',
      'halted',
    ]);
  });

  it('only the backup reaches it: the primary waits with its outputs withheld', () => {
    const away: readonly Line[] = ['A loseStorage', ...parted, ...backupAsks, 'B1 goLive'];
    expect(modes(stateAfter(...away))).toEqual(['withholding', 'live']);
    expect(() => stateAfter(...away, 'A0 testAndSet')).toThrow(waits);
    expect(modes(stateAfter(...away, 'A regainStorage', ...primaryAsks))).toEqual([
      'halted',
      'live',
    ]);
  });

  it('neither reaches it: both wait, and the first to regain it wins', () => {
    const away: readonly Line[] = ['A loseStorage', 'B loseStorage', ...parted];
    expect(() => stateAfter(...away, 'A0 testAndSet')).toThrow(waits);
    expect(() => stateAfter(...away, 'B1 testAndSet')).toThrow(waits);
    const first = stateAfter(...away, 'B regainStorage', ...backupAsks);
    expect(modes(first)).toEqual(['withholding', 'draining']);
  });

  it('the primary is dead and the storage away: the backup waits and goes live later', () => {
    const away: readonly Line[] = ['A crash', 'B loseStorage', 'B1 suspect'];
    expect(() => stateAfter(...away, 'B1 testAndSet')).toThrow(waits);
    const later = stateAfter(...away, 'B regainStorage', ...backupAsks, 'B1 goLive');
    expect(modes(later)).toEqual(['crashed', 'live']);
  });

  it('the backup is dead: the primary goes live alone', () => {
    const alone = stateAfter('A0 execute', 'B crash', 'A0 suspect', ...primaryAsks);
    expect(modes(alone)).toEqual(['live', 'crashed']);
  });
});
