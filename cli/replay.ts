import { isBadInput } from '../counterexamples/bad-input.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import { differences } from '../properties/checker/differences.ts';
import { endlessText } from '../properties/checker/explore/lasso-text.ts';
import { lanes } from '../properties/checker/lanes.ts';
import { mermaid } from '../properties/checker/mermaid.ts';
import type { StoryLine } from '../properties/checker/narrate.ts';
import { storyText } from '../properties/checker/story-text.ts';
import { isConformCase, replayConform } from './conform-replay.ts';
import { readBundle } from './files.ts';
import { interchanged } from './interchange.ts';
import { owedText } from './lasso-again.ts';
import { exitCodes, type ReplayOptions } from './options.ts';
import { isOfProgram, replayProgram } from './program-case.ts';
import { headLines, paintWith, storyLines } from './refutation.ts';
import {
  deviations,
  endingOf,
  loopIfAny,
  paperOf,
  type Replayed,
  replayed,
  stillBreaks,
} from './replayed.ts';
import { complain, printWrapped, type Terminal, wrapped } from './terminal.ts';

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

/** The story as text: of a lasso in two parts, of a run with its calm. */
const textOf = (replay: Replayed, terminal: Terminal): string => {
  const { story, script, claim } = replay;
  if (replay.kind === 'run') {
    const at = replay.judgement.refutation?.at ?? replay.bundle.at;
    return storyLines(story, script, at, claim, terminal);
  }
  const loop = loopIfAny(replay);
  const layout = { width: terminal.columns, paint: paintWith(terminal) };
  return loop === null ? storyText(story, layout) : endlessText(story, loop, layout);
};

const bodyOf = (replay: Replayed, options: ReplayOptions, terminal: Terminal): string => {
  const { story } = replay;
  const ending = endingOf(replay);
  if (options.diff === true) {
    const lines = story.lines.flatMap((line) => diffText(line, terminal));
    return [...lines, ...(ending === null ? [] : [`… ${ending}`])].join('\n');
  }
  if (options.format === 'text') return textOf(replay, terminal);
  const drawing = lanes(story, { width: terminal.columns, loop: loopIfAny(replay) });
  return ending === null || replay.kind === 'lasso'
    ? drawing
    : `${drawing}\n${wrapped(`  … ${ending}`, 78, '    ').join('\n')}`;
};

const printPeople = (replay: Replayed, options: ReplayOptions, terminal: Terminal): void => {
  const { print, colours, columns } = terminal;
  const { bundle, claim, specification } = replay;
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
  if (replay.kind === 'lasso' && stillBreaks(replay)) {
    printWrapped(owedText(replay.bundle), terminal, '  ');
  }
  const paper = paperOf(replay);
  if (paper !== null) printWrapped(paper.text, terminal, '  ');
};

/** What was recorded, and what breaks now. */
const outcomeOf = (replay: Replayed): object => {
  const { spec, claim, end } = replay.bundle;
  if (replay.kind === 'run') {
    const { bundle, judgement } = replay;
    const recorded = { spec, claim, at: bundle.at, end };
    return { recorded, breaks: judgement.refutation, end: stateHash(judgement.end) };
  }
  const { bundle, again, story } = replay;
  const recorded = { spec, claim, lasso: bundle.lasso, end };
  return { recorded, isLasso: again.flaw === null, flaw: again.flaw, end: stateHash(story.ended) };
};

const jsonOf = (replay: Replayed): object => {
  const { file, bundle, specification, claim, story } = replay;
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
    claim: { id: claim.id, claim: claim.claim, cites: claim.cites },
    ...outcomeOf(replay),
    deviations: deviations(replay),
    ends: endingOf(replay),
    steps,
    paper: paperOf(replay)?.says ?? null,
  };
};

/** `lockstep replay`: 0 if the claim breaks as the file says, 1 if it does not. */
export const replay = async (
  file: string,
  options: ReplayOptions,
  terminal: Terminal,
): Promise<number> => {
  const isOfOther = options.on !== undefined || isConformCase(file);
  if (isOfOther) return replayConform(file, options, terminal);
  const saved = readBundle(file);
  if (!isBadInput(saved) && isOfProgram(saved)) return replayProgram(saved, options, terminal);
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
  else if (options.format === 'mermaid') {
    terminal.print(mermaid(found.story, true, loopIfAny(found)));
  } else printPeople(found, options, terminal);
  return stillBreaks(found) ? exitCodes.holds : exitCodes.refuted;
};
