import type { Happening, Script } from './script.ts';

/** Whether a program is still refuted for the same reason by the script. */
export type IsStill = (script: Script) => Promise<boolean>;

const without = (events: readonly Happening[], from: number, count: number): readonly Happening[] =>
  events.toSpliced(from, count);

/** Pieces are taken out, large ones first, until no single event can be spared. */
const fewer = async (script: Script, isStill: IsStill, isOver: () => boolean): Promise<Script> => {
  let events = script.events;
  for (let size = Math.max(1, events.length >> 1); ; ) {
    let isSmaller = false;
    for (let at = events.length - size; at > -size && !isOver(); at -= size) {
      const from = Math.max(0, at);
      const rest = without(events, from, size);
      if (rest.length === events.length) continue;
      if (await isStill({ ...script, events: rest })) {
        events = rest;
        isSmaller = true;
      }
    }
    if (isOver() || (size === 1 && !isSmaller)) return { ...script, events };
    if (size > 1) size >>= 1;
  }
};

const simplerEvent = (event: Happening): readonly Happening[] => {
  if (event.do === 'settle') return [];
  if (event.do === 'execute' && event.does !== 'compute') {
    const plain = ['compute', 'transmit'] as const;
    return plain.filter((does) => does !== event.does).map((does) => ({ ...event, does }));
  }
  const isTime = event.do === 'pass' || event.do === 'elapse';
  return isTime && event.ticks > 1 ? [{ ...event, ticks: event.ticks >> 1 }] : [];
};

const simplerSettings = ({ settings, events }: Script): readonly Script[] => {
  const plain = { primaryCapacity: 1000, backupCapacity: 1000, packetGroup: 1 };
  return Object.entries(plain).flatMap(([name, value]) =>
    Object.entries(settings).some(([own, is]) => own === name && is !== value)
      ? [{ events, settings: { ...settings, [name]: value } }]
      : [],
  );
};

const simplifications = (script: Script): readonly Script[] => [
  ...simplerSettings(script),
  ...script.events.flatMap((event, at) =>
    simplerEvent(event).map((simple) => ({ ...script, events: script.events.with(at, simple) })),
  ),
];

const simpler = async (
  script: Script,
  isStill: IsStill,
  isOver: () => boolean,
): Promise<Script> => {
  for (const simple of simplifications(script)) {
    if (isOver()) return script;
    if (await isStill(simple)) return simpler(simple, isStill, isOver);
  }
  return script;
};

/** A script that is as short and plain as can be found in time and refutes for the same reason. */
export const reduced = async (
  script: Script,
  isStill: IsStill,
  isOver: () => boolean,
): Promise<Script> => {
  const short = await fewer(script, isStill, isOver);
  const plain = await simpler(short, isStill, isOver);
  return fewer(plain, isStill, isOver);
};
