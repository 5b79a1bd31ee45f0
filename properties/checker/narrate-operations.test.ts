import { describe, expect, it } from 'vitest';
import { specification } from '../../model/paper.ts';
import type { Line } from '../scenarios/play.ts';
import { lanes } from './lanes.ts';
import { mermaid } from './mermaid.ts';
import { storyText } from './story-text.ts';
import { storyOf, told, under } from './telling/stories.ts';

const through: readonly Line[] = ['A0 flush', 'B1 receive'];
const acked: readonly Line[] = ['B1 acknowledge', 'A0 readAck 0'];

describe('control operations are told', () => {
  it('on the primary and on the backup', () => {
    const share: readonly Line[] = [
      'A0 order raiseShare',
      'A0 order lowerShare',
      'A0 order powerOff',
    ];
    const logged: readonly Line[] = [...through, ...through, ...through, ...acked, 'A0 stop'];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 replay', 'B1 stop'];
    expect(told(under(['compute']), ...share, ...logged, ...replays)).toMatchInlineSnapshot(`
      "  1 A0  is given twice the CPU, logs e1@0 SHARE=2
        2 A0  is given its usual share of the CPU again, logs e2@0 SHARE=1
        3 A0  is ordered to power off, logs e3@0 OFF
        4 A0  sends e1@0 SHARE=2
        5 B1  receives e1@0 SHARE=2
        6 A0  sends e2@0 SHARE=1
        7 B1  receives e2@0 SHARE=1
        8 A0  sends e3@0 OFF
        9 B1  receives e3@0 OFF
       10 B1  acknowledges up to 3
       11 A0  reads ack 3, frees e1 to e3
       12 A0  is off and gone from its host
       13 B1  replays e1@0 SHARE=2
       14 B1  replays e2@0 SHARE=1
       15 B1  replays e3@0 OFF and is off
       16 B1  is off and gone from its host"
    `);
  });

  it('with a backup that was told, and a guest that shuts itself down', () => {
    const off: readonly Line[] = ['A0 order powerOff', ...through, 'A crash', 'B1 suspect'];
    expect(told(under(['compute']), ...off)).toMatchInlineSnapshot(`
      " 1 A0  is ordered to power off, logs e1@0 OFF
       2 A0  sends e1@0 OFF
       3 B1  receives e1@0 OFF
       4     host A crashes, and A0 with it
       5 B1  suspects its primary A0, knows of the power-off and stops"
    `);
    const own: readonly Line[] = ['key', 'A0 feed', 'A0 execute'];
    expect(told(under(['shutdown']), ...own)).toMatchInlineSnapshot(`
      " 1     an operator presses key 0 at A0
       2 A0  takes key 0 at instruction 0, logs e1@0 KEY=0
       3 A0  runs instruction 0 (shutdown), logs e2@0 OFF and is off"
    `);
  });
});

describe('VMotions are told', () => {
  const begun: readonly Line[] = ['A0 migrate C', 'B1 migrate D', 'C2 precopy', 'D3 precopy'];
  const quieted: readonly Line[] = ['A0 quiesce', 'A0 quiesce', ...through, 'B1 replay', ...acked];
  const over: readonly Line[] = ['B1 switchOver', 'D3 takeUp', 'A0 readAck 1', 'A0 switchOver'];
  const both: readonly Line[] = [...begun, ...quieted, ...over, 'C2 takeUp', 'D3 reconnect'];

  const story = storyOf(under(['compute']), [...both, 'C2 readAck 2']);

  it('of both copies at once', () => {
    expect(storyText(story)).toMatchInlineSnapshot(`
      "  1 A0  is to move to host C, as C2
        2 B1  is to move to host D, as D3
        3 C2  receives the first passes from A0, of instruction 0
        4 D3  receives the first passes from B1, of instruction 0
        5 A0  lets no disk operation begin, for it is to be moved
        6 A0  has no disk operation outstanding, logs e1@0 QUIESCE
        7 A0  sends e1@0 QUIESCE
        8 B1  receives e1@0 QUIESCE
        9 B1  replays e1@0 QUIESCE
       10 B1  acknowledges up to 1, asks for a quiet disk
       11 A0  reads ack 1, frees e1
       12 B1  hands the backup VM over to D3 and stops for good
       13 D3  takes up the backup VM of A0, which holds up to 1
       14 A0  reads ack 1 on a new connection, goes on with e2
       15 A0  hands the VM over to C2 and stops for good
       16 C2  takes up the VM at instruction 0
       17 D3  opens a new connection, holds up to 1
       18 C2  reads ack 1 on a new connection, goes on with e2"
    `);
  });

  it('in the lanes of all hosts that they touch', () => {
    expect(lanes(story)).toMatchInlineSnapshot(`
      "     A              B              C             D             channel
           =A0 recording  =B1 replaying                              |
        1  move to C      |              |                           |
           |              |              =C2 arriving                |
        2  |              move to D      |             |             |
           |              |              |             =D3 arriving  |
        3  |              |              precopy       |             |
        4  |              |              |             precopy       |
        5  quiesce        |              |             |             |
        6  is quiet e1    |              |             |             |
        7  e1 ->          |              |             |             e1
        8  |              -> e1          |             |             -
        9  |              replay e1      |             |             |
       10  |              <- ack 1       |             |             a1
       11  ack 1 <-       |              |             |             -
       12  |              hand over      |             |
           |              =moved         |             |
       13  |                             |             take up       a1
           |                             |             =replaying    |
       14  ack 1 <-                      |             |             -
       15  hand over                     |             |
           =moved                        |             |
       16                                take up       |
                                         =recording    |
       17                                |             connect       a1
       18                                ack 1 <-      |             -"
    `);
  });

  it('as a sequence diagram', () => {
    expect(mermaid(story)).toMatchInlineSnapshot(`
      "sequenceDiagram
        participant A as host A
        participant B as host B
        participant C as host C
        participant D as host D
        Note over A: A0 is recording
        Note over B: B1 is replaying
        Note over A: (1) A0 is to move to host C, as C2
        Note over B: (2) B1 is to move to host D, as D3
        Note over C: (3) C2 receives the first passes from A0, of<br/>instruction 0
        Note over D: (4) D3 receives the first passes from B1, of<br/>instruction 0
        Note over A: (5) A0 lets no disk operation begin, for it<br/>is to be moved
        Note over A: (6) A0 has no disk operation outstanding,<br/>logs e1@0 QUIESCE
        A-)B: (7) A0 sends e1@0 QUIESCE
        Note over B: (8) B1 receives e1@0 QUIESCE
        Note over B: (9) B1 replays e1@0 QUIESCE
        B-)A: (10) B1 acknowledges up to 1, asks for a<br/>quiet disk
        Note over A: (11) A0 reads ack 1, frees e1
        Note over B: (12) B1 hands the backup VM over to D3 and<br/>stops for good
        Note over D: (13) D3 takes up the backup VM of A0, which<br/>holds up to 1
        Note over A: (14) A0 reads ack 1 on a new connection,<br/>goes on with e2
        Note over A: (15) A0 hands the VM over to C2 and stops<br/>for good
        Note over C: (16) C2 takes up the VM at instruction 0
        D-)C: (17) D3 opens a new connection, holds up to<br/>1
        Note over C: (18) C2 reads ack 1 on a new connection,<br/>goes on with e2"
    `);
  });

  it('that are given up, or fail after the switchover', () => {
    const asked: readonly Line[] = ['B1 migrate C', 'C2 precopy', ...acked, 'A0 quiesce'];
    const given: readonly Line[] = ['B1 cancel', ...acked, 'C2 discard'];
    expect(told(under(['compute']), ...asked, ...given)).toMatchInlineSnapshot(`
      " 1 B1  is to move to host C, as C2
       2 C2  receives the first passes from B1, of instruction 0
       3 B1  acknowledges up to 0 again, asks for a quiet disk
       4 A0  reads ack 0, is to keep its disk quiet
       5 A0  has no disk operation outstanding, logs e1@0 QUIESCE
       6 B1  gives up its move to C2
       7 B1  acknowledges up to 0 again, needs no quiet disk any more
       8 A0  reads ack 0, may use its disk again
       9 C2  discards itself, not yet the VM"
    `);
    const alone: readonly Line[] = ['A0 migrate B', 'B1 precopy', 'A0 quiesce', 'A0 quiesce'];
    const lost: readonly Line[] = ['A0 switchOver', 'A crash', 'B1 discard'];
    const single = under(['compute'], { start: 'unprotected' });
    expect(told(single, ...alone, ...lost)).toMatchInlineSnapshot(`
      " 1 A0  is to move to host B, as B1
       2 B1  receives the first passes from A0, of instruction 0
       3 A0  lets no disk operation begin, for it is to be moved
       4 A0  has no disk operation outstanding
       5 A0  hands the VM over to B1 and stops for good
       6     host A crashes
       7 B1  discards itself, for what was handed over to it cannot come any more"
    `);
  });

  it('by a protocol that leaves the source running', () => {
    const twice = specification('twice', { leavesBehind: (copy) => copy });
    const alone: readonly Line[] = ['A0 migrate B', 'B1 precopy', 'A0 quiesce', 'A0 quiesce'];
    const single = under(['compute'], { start: 'unprotected' });
    const { lines } = storyOf(single, [...alone, 'A0 switchOver'], twice);
    expect(lines.at(-1)?.clause).toMatchInlineSnapshot(
      `"hands the VM over to B1 and is still live"`,
    );
  });
});
