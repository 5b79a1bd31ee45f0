const telling = /error|exception|panic|fatal|assert|fault/i;
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu; // by a terminal
const longest = 200;

/**
 * What a program has complained of before it ended, as a clause: of its last lines that are not
 * indented the one that names an error, for runtimes put notes of their own behind it.
 */
export const lastWords = (complaint: string): string => {
  const lines = complaint.split(/\r?\n/).filter((line) => line.trim() !== '');
  const plain = lines.filter((line) => /^\S/.test(line));
  const last = plain.findLast((line) => telling.test(line)) ?? plain.at(-1) ?? lines.at(-1);
  if (last === undefined) return '';
  const words = last.trim().replace(obeyed, '·').slice(0, longest);
  return `; its last words: ${JSON.stringify(words)}`;
};
