const lengthOf = (text: string): number => Array.from(text).length;

/** A word that is too long for any line is broken where the line ends. */
const pieces = (word: string, width: number): readonly string[] => {
  const letters = Array.from(word);
  const count = Math.ceil(letters.length / width);
  return Array.from({ length: count }, (_, at) =>
    letters.slice(at * width, (at + 1) * width).join(''),
  );
};

/** A space outside of parentheses: what is in them stays together. */
const between = / (?![^(]*\))/;

/** The words of a text in lines of at most `width` characters; at least one line. */
export const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(between).flatMap((word) => pieces(word, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (lengthOf(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  return [...lines, line];
};

/** The text at the left of a column, cut off with an ellipsis if it is too long for it. */
export const inColumn = (text: string, width: number): string => {
  const letters = Array.from(text);
  if (letters.length <= width) return text + ' '.repeat(width - letters.length);
  return `${letters.slice(0, width - 1).join('')}…`;
};

export const widest = (texts: readonly string[]): number =>
  texts.reduce((width, text) => Math.max(width, lengthOf(text)), 0);
