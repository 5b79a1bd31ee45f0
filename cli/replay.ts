import { isBadInput } from '../counterexamples/bad-input.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import { differences } from '../properties/checker/differences.ts';
import { lanes } from '../properties/checker/lanes.ts';
import { mermaid } from '../properties/checker/mermaid.ts';
import type { StoryLine } from '../properties/checker/narrate.ts';
import { interchanged } from './interchange.ts';
import { exitCodes, type ReplayOptions } from './options.ts';
import {
  calmText,
  headLines,
  type PaperSays,
  paperSays,
  paperText,
  storyLines,
} from './refutation.ts';
import { deviations, type Replayed, replayed, stillBreaks } from './replayed.ts';
import { complain, type Terminal, wrapped } from './terminal.ts';

/** Fields that go with a mode need no line each when the mode has changed. */
const changesOf = ({ before, after }: StoryLine): readonly string[] => {
  const all = differences(before, after);
  const turned = all.flatMap((line) => /^(copies\[\d+\]\.)mode: /.exec(line)?.[1] ?? []);
  return all.filter(
    (line) => !(line.endsWith('-> none') && turned.some((copy) => line.startsWith(copy))),
  );
};

const diffText = (line: StoryLine, { colours, columns }: Terminal): readonly string[] => {
  const head = `${line.number}  ${line.who} ${line.clause}`.replace(/ {2,}/g, '  ');
  const changes = changesOf(line).flatMap((change) =>
    wrapped(`     ${change}`, columns, '       '),
  );
  const effects = line.effects.flatMap((effect) => wrapped(`     ${effect}`, columns, '     '));
  return [
    ...wrapped(head, columns, '   ').map((text) => colours.bold(text)),
    ...effects.map((text) => colours.yellow(text)),
    ...changes.map((text) => colours.dim(text)),
  ];
};

const bodyOf = (replay: Replayed, options: ReplayOptions, terminal: Terminal): string => {
  const { story, script, judgement, bundle, claim } = replay;
  const at = judgement.refutation?.at ?? bundle.at;
  if (options.diff === true) {
    const ending = calmText(script, at, claim);
    const lines = story.lines.flatMap((line) => diffText(line, terminal));
    return [...lines, ...(ending === null ? [] : [`… ${ending}`])].join('\n');
  }
  if (options.format === 'text') return storyLines(story, script, at, claim, terminal);
  const ending = calmText(script, at, claim);
  const drawing = lanes(story, { width: terminal.columns });
  return ending === null
    ? drawing
    : `${drawing}\n${wrapped(`  … ${ending}`, 78, '    ').join('\n')}`;
};

const says = (replay: Replayed): PaperSays | null =>
  replay.specification.spec.name === 'paper' ? null : paperSays(replay.script, replay.claim);

const printPeople = (replay: Replayed, options: ReplayOptions, terminal: Terminal): void => {
  const { print, colours, columns } = terminal;
  const { bundle, claim, specification, script } = replay;
  const name = specification.spec.name;
  const isSame = name === bundle.spec;
  if (stillBreaks(replay)) print(headLines({ ...bundle, spec: name }, claim, terminal).join('\n'));
  else {
    const under = isSame ? name : `${name} (recorded under ${bundle.spec})`;
    print(wrapped(`${claim.id} is not broken: ${claim.claim}`, columns, '  ').join('\n'));
    print(colours.dim(`rests on ${claim.cites.join(', ')} · ${under}`));
  }
  print();
  print(bodyOf(replay, options, terminal));
  print();
  for (const deviation of deviations(replay)) {
    for (const line of wrapped(deviation, columns, '  ')) print(colours.yellow(line));
  }
  const paper = says(replay);
  if (paper === null) return;
  for (const line of wrapped(paperText(script, paper), columns, '  ')) print(line);
};

const jsonOf = (replay: Replayed): object => {
  const { file, bundle, specification, claim, story, judgement, script } = replay;
  const steps = story.lines.map((line) => {
    const { number, event, lane, who, clause, effects, refused } = line;
    const id = bundle.script[number - 1]?.id ?? null;
    const changes = differences(line.before, line.after);
    return { number, id, event, lane, who, clause, effects, refused, changes };
  });
  return {
    format: 1,
    file,
    spec: specification.spec.name,
    recorded: { spec: bundle.spec, claim: bundle.claim, at: bundle.at, end: bundle.end },
    claim: { id: claim.id, claim: claim.claim, cites: claim.cites },
    breaks: judgement.refutation,
    end: stateHash(judgement.end),
    deviations: deviations(replay),
    ends: calmText(script, judgement.refutation?.at ?? bundle.at, claim),
    steps,
    paper: says(replay),
  };
};

/** `lockstep replay`: 0 if the claim breaks as the file says, 1 if it does not. */
export const replay = async (
  file: string,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<number> => {
  const found = await replayed(file, options.spec);
  if (isBadInput(found)) {
    complain(terminal, found.sentence);
    return exitCodes.badInput;
  }
  if (options.step === true) {
    const { walk } = await import('./step.ts');
    return walk(found, terminal);
  }
  if (options.format === 'itf' || options.format === 'tla') {
    const written = interchanged(found, options.format);
    if (isBadInput(written)) {
      complain(terminal, written.sentence);
      return exitCodes.badInput;
    }
    terminal.print(written.text);
  } else if (options.format === 'json') terminal.print(JSON.stringify(jsonOf(found), null, 2));
  else if (options.format === 'mermaid') terminal.print(mermaid(found.story));
  else printPeople(found, options, terminal);
  return stillBreaks(found) ? exitCodes.holds : exitCodes.refuted;
};
