// What clients see of the network and the console, knowing nothing of copies and hosts.

import type { Effect } from '../../model/effect.ts';
import type { Line } from '../../model/ids.ts';
import type { State } from '../../model/state.ts';
import type { History, View } from '../history.ts';

/** Nothing was seen yet. */
export const unseen: View = { contents: [], shown: [], isContradicted: false, isRepeated: false };

const filled = <T>(list: readonly T[], length: number, filler: T): readonly T[] =>
  list.length >= length ? list : [...list, ...Array<T>(length - list.length).fill(filler)];

const nothing: readonly number[] = [];

/** The network may change the order; what it never does is send a packet twice on its own. */
const seen = (view: View, line: Line, number: number, content: number): View => {
  const contents = filled(view.contents, number + 1, -1);
  const shown = filled(view.shown, line + 1, nothing);
  const earlier = contents[number] ?? -1;
  const own = shown[line] ?? nothing;
  return {
    contents: earlier === content ? contents : contents.with(number, content),
    shown: shown.with(line, [...own, number]),
    isContradicted: view.isContradicted || (earlier !== -1 && earlier !== content),
    isRepeated: view.isRepeated || own.includes(number),
  };
};

/** Clients have received a packet, or a byte of the console. */
export const viewed = (
  history: History,
  effects: readonly Effect[],
  { copies }: State,
): History => {
  let next = history;
  for (const effect of effects) {
    if (effect.type !== 'transmit' && effect.type !== 'print') continue;
    const { number, content } = effect;
    const line = copies[effect.copy]?.line;
    if (line === undefined) continue;
    next =
      effect.type === 'transmit'
        ? { ...next, network: seen(next.network, line, number, content) }
        : { ...next, console: seen(next.console, line, number, content) };
  }
  return next;
};
