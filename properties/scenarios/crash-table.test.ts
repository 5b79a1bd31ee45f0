import { describe, expect, it } from 'vitest';
import { defaultSettings, type Settings } from '../../model/settings.ts';
import type { Line, Played } from './play.ts';
import { unbroken } from './unbroken.ts';

const settings: Settings = { ...defaultSettings, program: ['transmit'] };

const takeOver: readonly Line[] = ['B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn'];
const goLive: readonly Line[] = ['B1 goLive', 'B1 announce'];
const goesAlone: readonly Line[] = ['A0 suspect', 'A0 testAndSet', 'A0 arbitrate', 'A0 learn'];

const told = (lines: readonly Line[], changed: Partial<Settings> = {}): Played =>
  unbroken({ ...settings, ...changed }, ...lines);

const outputs = ({ seen }: Played): readonly string[] =>
  seen
    .map((effect) => (effect.type === 'transmit' ? `${effect.host} ${effect.ordinal}` : ''))
    .filter((text) => text !== '');

/** The output of the first instruction, in the state in which each row of the table finds it. */
const held: readonly Line[] = ['A0 execute', 'A0 flush', 'B1 receive'];
const acked: readonly Line[] = [...held, 'B1 acknowledge', 'A0 readAck 0'];

describe('the crash table: what becomes of a packet when a host dies', () => {
  it('C1: its entry is still in the log buffer, so nobody ever sees it', () => {
    const played = told(['A0 execute', 'A crash', ...takeOver, ...goLive]);
    expect(outputs(played)).toEqual([]);
    expect(played.seen).toEqual([{ type: 'announce', copy: 1, host: 'B' }]);
  });

  it('C1: the backup goes live before it, and may put out something else there', () => {
    const lines: readonly Line[] = ['B1 interrupt', 'B1 execute', 'B1 release'];
    const first = told(['A0 execute', 'A crash', ...takeOver, ...goLive, ...lines]);
    expect(outputs(first)).toEqual(['B 0']);
  });

  it('C2: its entry is lost on the channel, so nobody ever sees it', () => {
    const lost: readonly Line[] = ['A0 execute', 'A0 flush', 'reset 0', 'A crash'];
    expect(outputs(told([...lost, ...takeOver, ...goLive]))).toEqual([]);
  });

  it('C3: its entry is safe but its ack is not back, so the backup replays it in silence', () => {
    const played = told([...held, 'A crash', ...takeOver, 'B1 replay', ...goLive]);
    expect(outputs(played)).toEqual([]);
    expect(played.state.copies[1]).toMatchObject({ mode: 'live', guest: { sent: 1 } });
  });

  it('C4: the ack is back but it is not sent, so it is lost as in C3', () => {
    const played = told([...acked, 'A crash', ...takeOver, 'B1 replay', ...goLive]);
    expect(outputs(played)).toEqual([]);
  });

  it('C4: with emitLast the backup emits it at its go-live point', () => {
    const lines: readonly Line[] = [...acked, 'A crash', ...takeOver, 'B1 replay', ...goLive];
    const played = told([...lines, 'B1 release'], { goLiveOutput: 'emitLast' });
    expect(outputs(played)).toEqual(['B 0']);
  });

  it('C5: it was sent, and is sent once', () => {
    const lines: readonly Line[] = [...acked, 'A0 release', 'A crash', ...takeOver, 'B1 replay'];
    expect(outputs(told([...lines, ...goLive]))).toEqual(['A 0']);
  });

  it('C5: with emitLast it is sent twice, and the two are the same', () => {
    const lines: readonly Line[] = [...acked, 'A0 release', 'A crash', ...takeOver, 'B1 replay'];
    const { seen } = told([...lines, ...goLive, 'B1 release'], { goLiveOutput: 'emitLast' });
    const contents = seen.flatMap((effect) => (effect.type === 'transmit' ? [effect.content] : []));
    expect(contents).toHaveLength(2);
    expect(new Set(contents).size).toBe(1);
  });

  it('C6: the primary is only cut off, and sends it late: it agrees', () => {
    const lines: readonly Line[] = [...acked, 'cut log A B', ...takeOver, 'B1 replay', ...goLive];
    const played = told([...lines, 'A0 release']);
    expect(outputs(played)).toEqual(['A 0']);
    expect(played.state.network.port).toBe('A');
  });

  it('C6: what the backup had not acknowledged, the cut-off primary never sends', () => {
    const lines: readonly Line[] = [...held, 'cut log B A', ...takeOver, 'B1 replay', ...goLive];
    expect(() => told([...lines, 'A0 release'])).toThrow('the Output Rule holds it back');
  });

  it('C7: the backup dies before its ack, so it is sent once, after the test-and-set', () => {
    expect(() => told(['A0 execute', 'B crash', 'A0 suspect', 'A0 release'])).toThrow(
      'the Output Rule holds it back',
    );
    const played = told(['A0 execute', 'B crash', ...goesAlone, 'A0 release']);
    expect(outputs(played)).toEqual(['A 0']);
  });

  it('C8: the backup dies after its ack, which changes nothing', () => {
    expect(outputs(told([...acked, 'B crash', 'A0 release']))).toEqual(['A 0']);
  });

  it('the lost set may be several outputs: all those that wait to be released', () => {
    const two: readonly Line[] = ['A0 execute', 'A0 execute', 'A0 flush', 'A0 flush'];
    const lines: readonly Line[] = [...two, 'B1 receive', 'B1 receive', 'B1 acknowledge'];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay'];
    const played = told([...lines, 'A0 readAck 0', 'A crash', ...takeOver, ...replays, ...goLive]);
    expect(outputs(played)).toEqual([]);
    expect(played.state.copies[1]).toMatchObject({ guest: { sent: 2 } });
  });
});
