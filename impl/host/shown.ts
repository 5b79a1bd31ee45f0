/** Where in the text a takeover may show: from the kill to when the next copy was seen to go on. */
export type Gap = { readonly from: number; readonly to: number };

/** A whole line that a guest has numbered, and where it begins. */
export type Numbered = { readonly number: number; readonly at: number; readonly text: string };

/** The whole lines of a form that begins a line, ends with it, and captures its number. */
export const numberedIn = (shown: string, form: RegExp): readonly Numbered[] =>
  [...shown.matchAll(form)].map(({ 0: text, 1: number, index }) => ({
    ...{ number: Number(number), at: index, text },
  }));

/**
 * Whether the numbers rise, apart from one line in each gap: a takeover loses what was put out when
 * the host failed (V7), so two pieces of lines may meet in one.
 */
export const doRise = (lines: readonly Numbered[], [gap, ...rest]: readonly Gap[]): boolean => {
  if (gap === undefined) {
    return lines.every(({ number }, place) => number > (lines[place - 1]?.number ?? -1));
  }
  const torn = lines.filter((line) => line.at + line.text.length >= gap.from && line.at <= gap.to);
  return (
    doRise(lines, rest) ||
    torn.some((one) =>
      doRise(
        lines.filter((line) => line !== one),
        rest,
      ),
    )
  );
};

type Place = { readonly shown: number; readonly alone: number };

const isFrom = (shown: string, alone: string, place: Place, gaps: readonly Gap[]): boolean => {
  let { shown: at, alone: next } = place;
  while (at < shown.length && shown[at] === alone[next]) {
    at++;
    next++;
  }
  if (at === shown.length) return true;
  const gap = gaps.findIndex(({ from, to }) => from <= at && at <= to);
  if (gap < 0) return false;
  const rest = gaps.slice(gap + 1);
  for (next++; next < alone.length; next++) {
    const isNext = shown[at] === alone[next];
    if (isNext && isFrom(shown, alone, { shown: at, alone: next }, rest)) return true;
  }
  return false;
};

/**
 * Whether what was shown is, byte for byte, what the machine puts out alone, from wherever the
 * console was opened; but in each gap one piece of that may be lost (V7). Nothing is there twice,
 * and nothing else.
 */
export const isFollowed = (shown: string, alone: string, gaps: readonly Gap[]): boolean => {
  for (let at = 0; at <= alone.length; at++) {
    if (isFrom(shown, alone, { shown: 0, alone: at }, gaps)) return true;
  }
  return false;
};
