const plain = /^[\w@%+=:,./-]+$/;
const obeyed = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu; // by a terminal

const quoted = (word: string): string =>
  plain.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** A command as it can be given to a shell, and shown: nothing in it moves the cursor. */
export const commandText = (command: readonly string[]): string =>
  command.map(quoted).join(' ').replace(obeyed, '·');

/** A command behind `--on`; where a word of it could be an option of ours, behind `--` as well. */
export const onText = (command: readonly string[]): string => {
  const isPlain = command.every((word) => plain.test(word) && !word.startsWith('-'));
  return `--on ${isPlain ? '' : '-- '}${commandText(command)}`;
};
