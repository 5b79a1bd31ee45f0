import { describe, expect, it } from 'vitest';
import {
  collecting,
  interruptible,
  mayColour,
  widthOf,
  withoutControls,
  wrapped,
} from './terminal.ts';

describe('text for a terminal', () => {
  it('is wrapped between words, with its margin and the indent', () => {
    expect(wrapped('  a story of nine words that has to be told', 16, '    ')).toEqual([
      '  a story of',
      '    nine words',
      '    that has to',
      '    be told',
    ]);
    expect(wrapped('', 10)).toEqual(['']);
    expect(wrapped('indivisible word', 5)).toEqual(['indivisible', 'word']);
  });

  it('is as wide as what is seen of it', () => {
    expect(widthOf('\u001b[31m×2\u001b[39m')).toBe(2);
    expect(withoutControls('\u001b[1ma\u0007\u009bb\u001b[22m\n')).toBe('ab\n');
  });

  it('is coloured on a terminal that can, unless the user declines', () => {
    expect(mayColour(true, {})).toBe(true);
    expect(mayColour(true, { NO_COLOR: '1' })).toBe(false);
    expect(mayColour(true, { TERM: 'dumb' })).toBe(false);
    expect(mayColour(false, { FORCE_COLOR: '1', CI: '1' })).toBe(false);
  });

  it('can be collected instead', () => {
    const { terminal, text } = collecting();
    terminal.print(terminal.colours.red('one'));
    terminal.print();
    terminal.tell('two');
    expect(text()).toBe('one\n\ntwo\n');
  });
});

it('turns the first Ctrl-C into an end of the work, and takes its ears off again', async () => {
  const before = process.listenerCount('SIGINT');
  const ended = await interruptible(async (signal) => {
    process.emit('SIGINT');
    process.emit('SIGINT'); // the launcher passes on what the keyboard has sent as well
    return signal.aborted;
  });
  expect(ended).toBe(true);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
