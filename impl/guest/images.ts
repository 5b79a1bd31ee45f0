import { foldImage } from './fold.ts';
import type { Image } from './guest.ts';
import { keyValueImage } from './key-value.ts';
import { instructionsNamed } from './program.ts';

/**
 * The image that words name: `key-value`, or `fold` with a program after it; a sentence if there is
 * none.
 */
export const imageNamed = (words: readonly string[]): Image | string => {
  const [name, ...rest] = words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '');
  if (name === 'key-value') {
    return rest.length === 0
      ? keyValueImage
      : `key-value takes no program: got '${rest.join(' ')}'`;
  }
  if (name !== 'fold') {
    return `there is no such image: expected key-value or fold, got '${name ?? ''}'`;
  }
  const program = instructionsNamed(rest);
  return typeof program === 'string' ? program : foldImage(program);
};
