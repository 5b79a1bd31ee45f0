import type { Event } from '../../../model/event.ts';
import { connectionId, copyId } from '../../../model/ids.ts';
import { paper } from '../../../model/paper.ts';
import { defaultSettings, type Settings } from '../../../model/settings.ts';
import type { Spec } from '../../../model/spec.ts';
import { type Line, play } from '../../scenarios/play.ts';
import { narrate, type Story } from '../narrate.ts';
import type { Script } from '../script.ts';
import { storyText } from '../story-text.ts';

const [a, b] = [copyId(0), copyId(1)];

/** The clock is read and the reading put out, by a primary whose backup holds what it logs. */
const committed: readonly Event[] = [
  { type: 'execute', copy: a },
  { type: 'execute', copy: a },
  { type: 'flush', copy: a },
  { type: 'flush', copy: a },
  { type: 'receive', copy: b },
  { type: 'receive', copy: b },
  { type: 'acknowledge', copy: b },
  { type: 'readAck', copy: a, connection: connectionId(0) },
  { type: 'release', copy: a },
];

/** An output is committed and released; the backup replays what led to it. */
export const outputCommit: Script = {
  settings: defaultSettings,
  events: [...committed, { type: 'replay', copy: b }, { type: 'replay', copy: b }],
  calm: false,
};

/** The primary's host crashes; the backup takes over and goes on to its first output. */
export const takeOver: Script = {
  settings: { ...defaultSettings, program: ['readTime', 'transmit'] },
  events: [
    ...committed,
    { type: 'crash', host: 'A' },
    { type: 'suspect', copy: b },
    { type: 'goLive', copy: b },
    { type: 'testAndSet', copy: b },
    { type: 'arbitrate', copy: b },
    { type: 'learn', copy: b },
    { type: 'replay', copy: b },
    { type: 'replay', copy: b },
    { type: 'goLive', copy: b },
    { type: 'announce', copy: b },
    { type: 'skew', host: 'B', by: 1 },
    { type: 'execute', copy: b },
    { type: 'execute', copy: b },
    { type: 'release', copy: b },
  ],
  calm: false,
};

/** The settings of a story, but for what it is about. */
export const under = (program: Settings['program'], changed: Partial<Settings> = {}): Settings => ({
  ...defaultSettings,
  program,
  ...changed,
});

/** The story of what is played. */
export const storyOf = (settings: Settings, lines: readonly Line[], spec: Spec = paper): Story => {
  const { events } = play(spec, settings, ...lines);
  return narrate(spec, { settings, events, calm: false });
};

/** The text of what is played. */
export const told = (settings: Settings, ...lines: readonly Line[]): string =>
  storyText(storyOf(settings, lines));
