/** What a disk operation of the fold machine is between: blocks x and y, pages p and q, or both. */
export type Span = 'x p' | 'x q' | 'y p' | 'y q' | 'xy pq';

/** What an instruction of the fold machine does; README.md defines each. */
export type Instruction =
  | 'compute'
  | 'readTime'
  | 'transmit'
  | 'reply'
  | 'stamp'
  | 'post'
  | 'kick'
  | 'print'
  | 'touch p'
  | 'touch q'
  | `read ${Span}`
  | `write ${Span}`
  | 'shutdown';

/** Every instruction there is, once. */
export const instructions: readonly Instruction[] = [
  'compute',
  'readTime',
  'transmit',
  'reply',
  'stamp',
  'post',
  'kick',
  'print',
  'touch p',
  'touch q',
  'read x p',
  'read x q',
  'read y p',
  'read y q',
  'read xy pq',
  'write x p',
  'write x q',
  'write y p',
  'write y q',
  'write xy pq',
  'shutdown',
];

const wordCount = (instruction: string): number => instruction.split(' ').length;

/**
 * The program that words spell, such as `touch p write x p transmit`, with or without commas; a
 * sentence if they spell none.
 */
export const instructionsNamed = (words: readonly string[]): readonly Instruction[] | string => {
  const left = words.flatMap((word) => word.split(/[\s,]+/)).filter((word) => word !== '');
  if (left.length === 0) return 'a program has one instruction or more: got none';
  const program: Instruction[] = [];
  while (left.length > 0) {
    const next = instructions.find((it) => left.slice(0, wordCount(it)).join(' ') === it);
    if (next === undefined) {
      const sentence = `instruction ${program.length + 1} is unknown: expected one of `;
      return `${sentence}${instructions.join(', ')}; got '${left.slice(0, 3).join(' ')}'`;
    }
    program.push(next);
    left.splice(0, wordCount(next));
  }
  return program;
};
