import { describe, expect, it } from 'vitest';
import type { Settings } from '../../model/settings.ts';
import type { Line } from '../scenarios/play.ts';
import { lanes } from './lanes.ts';
import { storyOf, told, under } from './telling/stories.ts';

const through: readonly Line[] = ['A0 flush', 'B1 receive'];
const acked: readonly Line[] = ['B1 acknowledge', 'A0 readAck 0'];
const wins: readonly Line[] = ['B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn'];

const failover: readonly Line[] = [
  ...(['A0 execute', 'A0 execute', 'A0 execute', ...through, ...acked] as const),
  ...(['A0 release', 'A0 submit 0', 'A crash', ...wins] as const),
  ...(['B1 replay', 'B1 replay', 'B1 goLive', 'B1 submit 0', 'B1 perform 0'] as const),
  ...(['B1 complete 0', 'A0 perform 0', 'B1 execute', 'B1 submit 1', 'B1 perform 1'] as const),
];

describe('disk operations are told', () => {
  const disk = under(['touch p', 'write xy pq', 'read x q']);

  it('from the guest to the storage and back, and again by the copy that takes over', () => {
    expect(told(disk, ...failover)).toMatchInlineSnapshot(`
      "  1 A0  runs instruction 0 (touch p)
        2 A0  runs instruction 1 (write xy pq), logs e1@1 OUT, withholds output 0
                (write 0, content 896) until ack 1
        3 A0  runs instruction 2 (read x q), issues read 1 (block x)
        4 A0  sends e1@1 OUT
        5 B1  receives e1@1 OUT
        6 B1  acknowledges up to 1
        7 A0  reads ack 1, frees e1
        8 A0  releases output 0 (write 0, content 896) to its disk
        9 A0  submits write 0 (blocks x and y) under generation 0
                                              output 0 = 896 leaves A0 for the disk
       10     host A crashes, and A0 with it
       11 B1  suspects its primary A0, freezes its log at 1
       12 B1  asks the arbiter for generation 1
       13     the arbiter gives generation 1 to B1
       14 B1  learns that it has won generation 1 and drains its log
       15 B1  replays instruction 0 (touch p)
       16 B1  replays instruction 1 (write xy pq) by e1@1 OUT, drops output 0
                (write 0, content 896)
       17 B1  goes live at instruction 2
       18 B1  submits write 0 (blocks x and y) under generation 1
                                              output 0 = 896 leaves B1 for the disk
       19     the storage performs write 0 (blocks x and y) of B1
                                              blocks x and y of the disk are 993 and 0
       20 B1  takes the completion of write 0 (blocks x and y) at instruction 2
       21     the storage refuses write 0 (blocks x and y) of A0: it carries
                generation 0
       22 B1  runs instruction 2 (read x q), issues read 1 (block x)
       23 B1  submits read 1 (block x) under generation 1
       24     the storage performs read 1 (block x) of B1, x = 993"
    `);
  });

  it('in the lane of the storage, where it performs or refuses them', () => {
    expect(lanes(storyOf(disk, failover))).toMatchInlineSnapshot(`
      "     A               B              channel  storage     world
           =A0 recording   =B1 replaying  |        |
        1  touch p         |              |        |
        2  write xy pq e1  |              |        |
        3  read x q        |              |        |
        4  e1 ->           |              e1       |
        5  |               -> e1          -        |
        6  |               <- ack 1       a1       |
        7  ack 1 <-        |              -        |
        8  release 0       |              |        |
        9  submit w0       |              |        |           disk 0 = 896
       10  CRASH           |              |        |
           =crashed        |              |        |
       11  x               suspect                 |
           x               =frozen                 |
       12  x               TAS 1                   |
       13  x               |                       B1 wins 1
       14  x               won                     |
           x               =draining               |
       15  x               touch p                 |
       16  x               replay e1               |
       17  x               go live                 |
           x               =live                   |
       18  x               submit w0               |           disk 0 = 896
       19  x               |                       w0          x = 993 y = 0
       20  x               DONE w0                 |
       21  x               |                       w0 refused
       22  x               read x q                |
       23  x               submit r1               |
       24  x               |                       r1"
    `);
  });

  it('when they fail, end short or are lost', () => {
    const alone: readonly Line[] = ['A0 execute', 'A0 execute', 'A0 execute', 'A0 release'];
    const failed: readonly Line[] = ['A0 submit 0', 'A0 failIo 0 1', 'A0 complete 0'];
    const lost: readonly Line[] = ['A0 submit 1', 'A crash', 'A0 loseIo 1'];
    const single: Settings = { ...disk, start: 'unprotected' };
    expect(told(single, ...alone, ...failed, ...lost)).toMatchInlineSnapshot(`
      "  1 A0  runs instruction 0 (touch p)
        2 A0  runs instruction 1 (write xy pq), has output 0 (write 0, content 896)
                to send
        3 A0  runs instruction 2 (read x q), issues read 1 (block x)
        4 A0  releases output 0 (write 0, content 896) to its disk
        5 A0  submits write 0 (blocks x and y) under generation 0
                                                 output 0 = 896 leaves A0 for the disk
        6     write 0 (blocks x and y) of A0 ends short, after 1 block
                                                 block x of the disk is 993
        7 A0  takes the completion of write 0 (blocks x and y) with 1 block at
                instruction 3
        8 A0  submits read 1 (block x) under generation 0
        9     host A crashes, and A0 with it
       10     read 1 (block x) of A0 is lost with its host"
    `);
    const logged: readonly Line[] = ['A0 execute', 'A0 submit 0', 'A0 failIo 0 0'];
    expect(told(under(['read x p']), ...logged, 'A0 complete 0')).toMatchInlineSnapshot(`
      " 1 A0  runs instruction 0 (read x p), issues read 0 (block x)
       2 A0  submits read 0 (block x) under generation 0
       3     read 0 (block x) of A0 fails
       4 A0  takes the completion of read 0 (block x) with an error at instruction
               1, logs e1@1 DONE=0 (error)"
    `);
  });
});

describe('the network and the console are told', () => {
  it('in groups, with what leaves without a trap', () => {
    const input: readonly Line[] = ['send', 'send', 'key', 'mouse'];
    const group: readonly Line[] = ['A0 execute', 'A0 execute', 'A0 deliver 2'];
    const logged: readonly Line[] = [...through, ...through, ...through, ...acked];
    const replays: readonly Line[] = ['B1 replay', 'B1 replay', 'B1 replay'];
    const feeds: readonly Line[] = ['A0 feed', 'A0 feed', 'A0 execute'];
    const lines: readonly Line[] = [...input, ...group, ...logged, ...replays, ...feeds];
    expect(told(under(['post', 'post', 'print']), ...lines)).toMatchInlineSnapshot(`
      "  1     a client sends packet 0 to A0
        2     a client sends packet 1 to A0
        3     an operator presses key 0 at A0
        4     an operator makes movement 1 of the mouse at A0
        5 A0  runs instruction 0 (post)
        6 A0  runs instruction 1 (post)
        7 A0  takes packets 0 and 1 at instruction 2, logs e1@2 RX=0, e2@2 RX=1 and
                e3@2 OUT, withholds outputs 0 (content 32) and 1 (content 993) until
                ack 3
        8 A0  sends e1@2 RX=0
        9 B1  receives e1@2 RX=0
       10 A0  sends e2@2 RX=1
       11 B1  receives e2@2 RX=1
       12 A0  sends e3@2 OUT
       13 B1  receives e3@2 OUT
       14 B1  acknowledges up to 3
       15 A0  reads ack 3, frees e1 to e3
       16 B1  replays instruction 0 (post)
       17 B1  replays instruction 1 (post)
       18 B1  replays e1@2 RX=0, e2@2 RX=1 and e3@2 OUT, drops outputs 0
                (content 32) and 1 (content 993)
       19 A0  takes key 0 at instruction 2, logs e4@2 KEY=0
       20 A0  takes movement 1 of the mouse at instruction 2, logs e5@2 MOUSE=1
       21 A0  runs instruction 2 (print), logs e6@2 OUT, withholds output 2
                (byte 0, content 8160) until ack 6"
    `);
  });

  it('and a second time only where a device has that number twice', () => {
    const first: readonly Line[] = ['A0 execute', ...through, ...acked, 'A0 release', 'A crash'];
    const second: readonly Line[] = [...wins, 'B1 replay', 'B1 goLive', 'B1 release', 'B1 execute'];
    const settings = under(['print', 'transmit'], { goLiveOutput: 'emitLast' });
    const { lines } = storyOf(settings, [...first, ...second, 'B1 release']);
    expect(lines.flatMap(({ effects }) => effects)).toMatchInlineSnapshot(`
      [
        "the console shows output 0 = 32 from A0",
        "the console shows output 0 = 32 from B1, again",
        "the world sees output 1 = 993 from B1",
      ]
    `);
  });
});
