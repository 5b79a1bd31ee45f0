import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock, defaultSettings, type Settings } from '../../model/settings.ts';
import { differences } from './differences.ts';
import { lanes } from './lanes.ts';
import { mermaid } from './mermaid.ts';
import { narrate } from './narrate.ts';
import { storyText } from './story-text.ts';
import { outputCommit, takeOver } from './telling/stories.ts';

const laps = (text: string): string => `\n${text}\n`;

describe('a story', () => {
  it('tells how an output is committed and released', () => {
    expect(laps(storyText(narrate(paper, outputCommit)))).toMatchInlineSnapshot(`
      "
        1 A0  runs instruction 0 (readTime), logs e1@0 ND=0
        2 A0  runs instruction 1 (transmit), logs e2@1 OUT, withholds output 0
                (content 993) until ack 2
        3 A0  sends e1@0 ND=0
        4 A0  sends e2@1 OUT
        5 B1  receives e1@0 ND=0
        6 B1  receives e2@1 OUT
        7 B1  acknowledges up to 2
        8 A0  reads ack 2, frees e1 and e2
        9 A0  releases output 0 (content 993)    the world sees output 0 = 993 from A0
       10 B1  replays instruction 0 (readTime) by e1@0 ND=0
       11 B1  replays instruction 1 (transmit) by e2@1 OUT, drops output 0
                (content 993)
      "
    `);
  });

  it('tells a crash, and a take-over up to the first output; it goes on after a refusal', () => {
    const story = narrate(paper, takeOver);
    expect(story.firstRefused).toBe(11);
    expect(laps(storyText(story, { broken: 22 }))).toMatchInlineSnapshot(`
      "
        1 A0  runs instruction 0 (readTime), logs e1@0 ND=0
        2 A0  runs instruction 1 (transmit), logs e2@1 OUT, withholds output 0
                (content 993) until ack 2
        3 A0  sends e1@0 ND=0
        4 A0  sends e2@1 OUT
        5 B1  receives e1@0 ND=0
        6 B1  receives e2@1 OUT
        7 B1  acknowledges up to 2
        8 A0  reads ack 2, frees e1 and e2
        9 A0  releases output 0 (content 993)   the world sees output 0 = 993 from A0
       10     host A crashes, and A0 with it
       11 B1  suspects its primary A0, freezes its log at 2
       12 B1  goLive is refused: a frozen copy is not about to go live
       13 B1  asks the arbiter for generation 1
       14     the arbiter gives generation 1 to B1
       15 B1  learns that it has won generation 1 and drains its log
       16 B1  replays instruction 0 (readTime) by e1@0 ND=0
       17 B1  replays instruction 1 (transmit) by e2@1 OUT, drops output 0
                (content 993)
       18 B1  goes live at instruction 2
       19 B1  announces its MAC address         the switch learns that the VM is on B
       20     the clock of host B jumps ahead by 1
       21 B1  runs instruction 2 (readTime, the clock says 1)
       22 B1  runs instruction 3 (transmit), has output 1 (content 6901) to send
      ×23 B1  releases output 1 (content 6901)  the world sees output 1 = 6901 from B1
      "
    `);
  });

  it('marks an output that the world has seen, and one that it has seen otherwise', () => {
    const early = specification('early', { mayGoLive: () => true, outputRule: () => true });
    const events = takeOver.events.filter(({ type }) => type !== 'replay' && type !== 'skew');
    const effects = narrate(early, { ...takeOver, events }).lines.flatMap((line) => line.effects);
    const tick: Event = { type: 'tick' };
    const late = [...events.slice(0, -4), tick, ...events.slice(-4)];
    const others = narrate(early, { ...takeOver, events: late }).lines.flatMap(
      (line) => line.effects,
    );
    expect([...effects, ...others]).toMatchInlineSnapshot(`
      [
        "the world sees output 0 = 993 from A0",
        "the switch learns that the VM is on B",
        "the world sees output 0 = 993 from B1, again",
        "the world sees output 0 = 993 from A0",
        "the switch learns that the VM is on B",
        "the world sees output 0 = 1024 from B1, not 993",
      ]
    `);
  });
});

describe('time that only passes', () => {
  const idle: Settings = {
    ...defaultSettings,
    program: ['compute'],
    clock: { ...defaultClock, timerEvery: null },
  };
  const [a, b] = [copyId(0), copyId(1)];
  const second: readonly Event[] = [
    { type: 'heartbeat', copy: a },
    { type: 'heartbeat', copy: b },
    { type: 'keepalive', copy: a },
    { type: 'acknowledge', copy: b },
    { type: 'readAck', copy: a, connection: connectionId(0) },
    { type: 'tick' },
  ];
  const stopped: Event = { type: 'overcommit', host: 'A', speed: 0 };
  const tick: Event = { type: 'tick' };
  const events = [stopped, tick, ...second, ...second, ...second, stopped];
  const story = narrate(paper, { settings: idle, events, calm: false });

  it('is told in one line, unless asked for', () => {
    expect(laps(storyText(story))).toMatchInlineSnapshot(`
      "
        1  host A has 0 % of its CPU
        2  … 4 ticks pass (with 6 heartbeats and 6 keepalives)
       21  overcommit of host A is refused: the host has that speed
      "
    `);
    expect(storyText(story, { fold: false }).split('\n')).toHaveLength(events.length);
  });

  it('is drawn in one line', () => {
    expect(laps(lanes(story))).toMatchInlineSnapshot(`
      "
           A              B
           =A0 recording  =B1 replaying
        1  CPU 0%         |
        2  … 4 ticks pass (with 6 heartbeats and 6 keepalives)
       21  ✗ overcommit   |
      "
    `);
  });

  it('takes the ink it is given', () => {
    const inks = storyText(story, { paint: (text, ink) => (text === '' ? '' : `<${ink}>`) });
    expect(laps(inks)).toMatchInlineSnapshot(`
      "
      <broken><number>  <clause>
      <broken><number>  <routine>
      <broken><number>  <refusal>
      "
    `);
  });
});

describe('a diagram', () => {
  it('shows how an output is committed and released', () => {
    expect(laps(lanes(narrate(paper, outputCommit)))).toMatchInlineSnapshot(`
      "
           A              B              channel  world
           =A0 recording  =B1 replaying  |
        1  readTime e1    |              |
        2  transmit e2    |              |
        3  e1 ->          |              e1
        4  e2 ->          |              e1 e2
        5  |              -> e1          e2
        6  |              -> e2          -
        7  |              <- ack 2       a2
        8  ack 2 <-       |              -
        9  release 0      |              |        out 0 = 993
       10  |              replay e1      |
       11  |              replay e2      |
      "
    `);
  });

  it('shows a crash, and a take-over up to the first output', () => {
    expect(laps(lanes(narrate(paper, takeOver)))).toMatchInlineSnapshot(`
      "
           A              B              channel  storage    world
           =A0 recording  =B1 replaying  |        |
        1  readTime e1    |              |        |
        2  transmit e2    |              |        |
        3  e1 ->          |              e1       |
        4  e2 ->          |              e1 e2    |
        5  |              -> e1          e2       |
        6  |              -> e2          -        |
        7  |              <- ack 2       a2       |
        8  ack 2 <-       |              -        |
        9  release 0      |              |        |          out 0 = 993
       10  CRASH          |              |        |
           =crashed       |              |        |
       11  x              suspect                 |
           x              =frozen                 |
       12  x              ✗ goLive                |
       13  x              TAS 1                   |
       14  x              |                       B1 wins 1
       15  x              won                     |
           x              =draining               |
       16  x              replay e1               |
       17  x              replay e2               |
       18  x              go live                 |
           x              =live                   |
       19  x              announce                |          VM on B
       20  x              clock +1                |
       21  x              readTime                |
       22  x              transmit                |
       23  x              release 1               |          out 1 = 6901
      "
    `);
  });

  it('is written for Mermaid too', () => {
    expect(
      laps(mermaid(narrate(paper, outputCommit)).replaceAll('<br/>', '<br/>\n')),
    ).toMatchInlineSnapshot(`
      "
      sequenceDiagram
        participant A as host A
        participant B as host B
        participant World as world
        Note over A: A0 is recording
        Note over B: B1 is replaying
        Note over A: (1) A0 runs instruction 0 (readTime), logs<br/>
      e1@0 ND=0
        Note over A: (2) A0 runs instruction 1 (transmit), logs<br/>
      e2@1 OUT, withholds output 0 (content 993)<br/>
      until ack 2
        A-)B: (3) A0 sends e1@0 ND=0
        A-)B: (4) A0 sends e2@1 OUT
        Note over B: (5) B1 receives e1@0 ND=0
        Note over B: (6) B1 receives e2@1 OUT
        B-)A: (7) B1 acknowledges up to 2
        Note over A: (8) A0 reads ack 2, frees e1 and e2
        A->>World: (9) the world sees output 0 = 993 from A0
        Note over B: (10) B1 replays instruction 0 (readTime) by<br/>
      e1@0 ND=0
        Note over B: (11) B1 replays instruction 1 (transmit) by<br/>
      e2@1 OUT, drops output 0 (content 993)
      "
    `);
  });
});

describe('differences', () => {
  it('name what a step has changed, by paths', () => {
    const { lines } = narrate(paper, outputCommit);
    expect(
      lines.slice(6, 9).map(({ before, after }) => differences(before, after)),
    ).toMatchInlineSnapshot(`
      [
        [
          "copies[1].acked: 0 -> 2",
          "connections[0].acks: [] -> [ack 2]",
        ],
        [
          "copies[0].buffer: [e1@0 ND=0, e2@1 OUT] -> []",
          "copies[0].acked: 0 -> 2",
          "connections[0].acks: [ack 2] -> []",
        ],
        [
          "copies[0].withheld: [output 0 (content 993) until ack 2] -> []",
        ],
      ]
    `);
  });
});
