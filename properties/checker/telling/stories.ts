import type { Event } from '../../../model/event.ts';
import { connectionId, copyId } from '../../../model/ids.ts';
import { defaultSettings } from '../../../model/settings.ts';
import type { Script } from '../script.ts';

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
