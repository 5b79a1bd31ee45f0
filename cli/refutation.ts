import {
  type Bundle,
  type Certificate,
  type Counterexample,
  isLasso,
} from '../counterexamples/bundle.ts';
import { loopOf } from '../counterexamples/endless.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import { paper } from '../model/paper.ts';
import type { Spec } from '../model/spec.ts';
import { settlingTicks } from '../properties/bounds.ts';
import { claims } from '../properties/catalogue.ts';
import { type Judgement, judge } from '../properties/checker/judge.ts';
import { narrate, type Story } from '../properties/checker/narrate.ts';
import type { Refutation, Script } from '../properties/checker/script.ts';
import { type Layout, storyText } from '../properties/checker/story-text.ts';
import type { Claim } from '../properties/property.ts';
import { many } from './numbers.ts';
import { type Terminal, wrapped } from './terminal.ts';

/** The claim of that id; there may be none. */
export const claimNamed = (id: string): Claim | null =>
  claims.find((claim) => claim.id === id) ?? null;

/** What a script comes to, by one claim alone. */
export const judged = (spec: Spec, script: Script, claim: Claim): Judgement =>
  judge(spec, script, { claims: [claim], witnesses: new Set() });

/** The script that a bundle holds; of a lasso what comes again and again is in it once. */
export const scriptOf = (bundle: Counterexample): Script => ({
  settings: bundle.settings,
  events: bundle.script.map(({ id: _, ...event }) => event),
  calm: !isLasso(bundle) && bundle.calm,
});

/** A script and what it breaks, as a bundle: its events are numbered as they come. */
export const bundleOf = (
  spec: Spec,
  claim: Claim,
  script: Script,
  { at }: Refutation,
  certificate: Certificate,
): Bundle => ({
  format: 1,
  spec: spec.name,
  claim: claim.id,
  at,
  calm: script.calm,
  end: stateHash(judged(spec, script, claim).end),
  certificate,
  settings: script.settings,
  script: script.events.map((event, id) => ({ id, ...event })),
});

/** What the paper's protocol makes of a script that another one went wrong on. */
export type PaperSays = {
  readonly firstRefused: { readonly index: number; readonly reason: string } | null;
  readonly breaks: Refutation | null; // of the same claim, by what of the script happens
};

export const paperSays = (script: Script, claim: Claim): PaperSays => {
  const { lines, firstRefused } = narrate(paper, script);
  const line = firstRefused === null ? undefined : lines[firstRefused];
  const reason = line?.refused ?? null;
  return {
    firstRefused: firstRefused === null || reason === null ? null : { index: firstRefused, reason },
    breaks: judged(paper, script, claim).refutation,
  };
};

/** That in a sentence. */
export const paperText = (script: Script, { firstRefused, breaks }: PaperSays): string => {
  if (firstRefused === null) {
    return breaks === null
      ? 'the paper allows every event, and the claim holds there'
      : `the paper allows every event, and the claim breaks there too, at event ${breaks.at + 1}`;
  }
  const { index, reason } = firstRefused;
  const refused = `the paper refuses event ${index + 1}, ${script.events[index]?.type}: ${reason}`;
  return breaks === null
    ? refused
    : `${refused}; without what it refuses the claim breaks there too, at event ${breaks.at + 1}`;
};

/** Colours for the parts of a story. */
export const paintWith =
  ({ colours }: Terminal): Layout['paint'] =>
  (text, ink) => {
    switch (ink) {
      case 'number':
      case 'routine':
        return colours.dim(text);
      case 'who':
        return colours.cyan(text);
      case 'effect':
        return colours.yellow(text);
      case 'refusal':
        return colours.magenta(text);
      case 'broken':
        return colours.red(text);
      case 'clause':
        return text;
    }
  };

/** How a story ends that its last event does not end: with a calm. */
export const calmText = (script: Script, at: number, claim: Claim): string | null => {
  if (!script.calm || at < script.events.length) return null;
  const { settings } = script;
  const ticks = claim.kind === 'afterCalm' ? claim.within(settings) : settlingTicks(settings);
  return claim.kind === 'afterCalm'
    ? `then no fault strikes any more, but within ${many(ticks, 'tick')} what is owed does not come`
    : `then no fault strikes any more, and before ${many(ticks, 'tick')} have passed it breaks`;
};

/** The numbered story, with what the world notices at the right, and its calm. */
export const storyLines = (
  story: Story,
  script: Script,
  at: number,
  claim: Claim,
  terminal: Terminal,
): string => {
  const text = storyText(story, {
    width: terminal.columns,
    broken: at,
    paint: paintWith(terminal),
  });
  const ending = calmText(script, at, claim);
  if (ending === null) return text;
  return [text, ...wrapped(`  … ${ending}`, terminal.columns, '    ')].join('\n');
};

/** How much can be left out, in a clause. */
export const minimality = (certificate: Certificate): string => {
  switch (certificate.kind) {
    case 'globally shortest':
      return `none shorter in scope ${certificate.scope}`;
    case 'locally minimal':
      return 'none can be left out';
    case 'not minimized':
      return 'not known to be minimal';
  }
};

/** How many events come once, and how many again and again. */
export const roundText = (once: number, again: number): string =>
  `${many(once, 'event')}${again === 0 ? '' : `, and ${again} for ever`}`;

const lengthText = (bundle: Counterexample): string => {
  const { length } = bundle.script;
  const loop = isLasso(bundle) ? loopOf(bundle.lasso, length) : length;
  return roundText(loop, length - loop);
};

/** What breaks, what it rests on, and how long the story is. */
export const headLines = (
  bundle: Counterexample,
  claim: Claim,
  { colours, columns }: Terminal,
): readonly string[] => {
  const [first = '', ...rest] = wrapped(`${claim.id} is broken: ${claim.claim}`, columns, '  ');
  const length = `${lengthText(bundle)}, ${minimality(bundle.certificate)}`;
  const facts = `rests on ${claim.cites.join(', ')} · ${bundle.spec} · ${length}`;
  return [
    ...[first, ...rest].map((line) => colours.bold(colours.red(line))),
    ...wrapped(facts, columns, '  ').map((line) => colours.dim(line)),
  ];
};
