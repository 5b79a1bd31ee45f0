/** How many letters have to be changed, put in or left out to make one word of the other. */
const distance = (one: string, other: string): number => {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, another] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === another ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
};

/** The known word that was probably meant, if there is one. */
export const nearest = (word: string, known: readonly string[]): string | null => {
  const [best] = known
    .map((candidate) => ({ candidate, far: distance(word, candidate) }))
    .toSorted((one, other) => one.far - other.far);
  return best !== undefined && best.far <= Math.max(2, word.length / 3) ? best.candidate : null;
};
