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

type Shown = { readonly line: Line; readonly number: number; readonly content: number };

/** Whether a line may show what another one has shown: the younger has taken over (R22-11). */
const mayRepeat = ({ takeovers }: History, one: Line, other: number): boolean =>
  takeovers.some(({ line }) => line === Math.max(one, other));

/** The network may change the order; what it never does is send a packet twice on its own. */
const seen = (view: View, history: History, { line, number, content }: Shown): View => {
  const contents = filled(view.contents, number + 1, -1);
  const shown = filled(view.shown, line + 1, nothing);
  const earlier = contents[number] ?? -1;
  const own = shown[line] ?? nothing;
  const isInVain = (numbers: readonly number[], from: number): boolean =>
    numbers.includes(number) && (from === line || !mayRepeat(history, line, from));
  return {
    contents: earlier === content ? contents : contents.with(number, content),
    shown: shown.with(line, [...own, number]),
    isContradicted: view.isContradicted || (earlier !== -1 && earlier !== content),
    isRepeated: view.isRepeated || shown.some(isInVain),
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
        ? { ...next, network: seen(next.network, next, { line, number, content }) }
        : { ...next, console: seen(next.console, next, { line, number, content }) };
  }
  return next;
};
