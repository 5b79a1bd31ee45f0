import fc from 'fast-check';
import type { Event } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, type Spec, step } from '../../model/spec.ts';
import type { Claim } from '../property.ts';
import { type Chooser, seeded } from './chooser.ts';
import { type Plan, plan } from './hunt.ts';
import { judge } from './judge.ts';
import { reductions } from './reduce.ts';
import type { Refutation, Script } from './script.ts';
import type { StrategyName } from './verdict.ts';
import type { Strategy } from './walk.ts';

type WalkName = Exclude<StrategyName, 'novelty'>;

/** How scripts are generated; what is not said is drawn for each. */
export type ScriptOptions = {
  readonly settings?: Partial<Settings>;
  readonly length?: number; // events, at most
  readonly calm?: boolean; // whether timed scripts end in a calm; they do unless told otherwise
  /** By name, or made for each script; novelty is none, for it learns from one to the next. */
  readonly strategy?: WalkName | ((chooser: Chooser, settings: Settings) => Strategy);
};

/** The script as lines of JSON: the settings first, then one event a line. */
export const scriptText = ({ settings, events, calm }: Script): string =>
  [
    JSON.stringify(settings),
    ...events.map((event, index) => `${index}: ${JSON.stringify(event)}`),
    ...(calm ? ['then the faults stop'] : []),
  ].join('\n');

/** The script prints itself in the reports of fast-check; its JSON stays as it was. */
const readable = (script: Script): Script =>
  Object.defineProperty({ ...script }, fc.toStringMethod, {
    value: () => `\n${scriptText(script)}\n`,
    enumerable: false,
  });

const untold = (): void => undefined;
const unvisited = (): number => 0;

const planned = (chooser: Chooser, options: ScriptOptions): Plan => {
  const { settings: fixed = {}, strategy = 'swarm' } = options;
  const isTimed = fixed.clock === undefined ? chooser.below(2) === 1 : fixed.clock !== null;
  const means = { range: { isTimed, fixed }, onTried: untold, visits: unvisited };
  if (typeof strategy !== 'function') return plan(chooser, { ...means, strategy });
  const drawn = plan(chooser, { ...means, strategy: 'swarm' });
  return { ...drawn, strategy: strategy(chooser, drawn.settings) };
};

const generated = (spec: Spec, options: ScriptOptions, chooser: Chooser): Script => {
  const { settings, strategy: next, length: usual, calm } = planned(chooser, options);
  const { length = usual } = options;
  const events: Event[] = [];
  let state = spec.init(settings);
  while (events.length < length) {
    const event = next(spec, state);
    if (event === null) break;
    const outcome = step(spec, state, event);
    if (isRefusal(outcome)) break;
    events.push(event);
    state = outcome.state;
  }
  return { settings, events, calm: calm && (options.calm ?? true) };
};

const isScript = (value: unknown): value is Script =>
  typeof value === 'object' &&
  value !== null &&
  'settings' in value &&
  'events' in value &&
  Array.isArray(value.events) &&
  'calm' in value;

// fast-check knows no other way to generate and shrink by functions of one's own
class ScriptArbitrary extends fc.Arbitrary<Script> {
  readonly #spec: Spec;
  readonly #options: ScriptOptions;

  constructor(spec: Spec, options: ScriptOptions) {
    super();
    this.#spec = spec;
    this.#options = options;
  }

  override generate(random: fc.Random): fc.Value<Script> {
    const chooser = seeded(`${random.nextInt()}/${random.nextInt()}`);
    return new fc.Value(readable(generated(this.#spec, this.#options, chooser)), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Script {
    return isScript(value);
  }

  override shrink(script: Script): fc.Stream<fc.Value<Script>> {
    const all = reductions(this.#spec, script)[Symbol.iterator]();
    const values = function* (): IterableIterator<fc.Value<Script>> {
      for (let next = all.next(); next.done !== true; next = all.next()) {
        yield new fc.Value(readable(next.value), undefined);
      }
    };
    return fc.stream(values());
  }
}

/**
 * Scripts of which every event happens under the specification, from the generator of fast-check
 * alone: its seed and path replay them. They shrink through enabledness.
 */
export const scripts = (spec: Spec, options: ScriptOptions = {}): fc.Arbitrary<Script> =>
  new ScriptArbitrary(spec, options);

const refutationOf = (spec: Spec, claims: readonly Claim[], script: Script): Refutation | null =>
  judge(spec, script, { claims, witnesses: new Set() }).refutation;

/** A predicate for `fc.property`: whether a script breaks none of the claims. */
export const holds =
  (spec: Spec, claims: readonly Claim[]): ((script: Script) => boolean) =>
  (script) =>
    refutationOf(spec, claims, script) === null;

const breakText = (script: Script, { claim, at }: Refutation, claims: readonly Claim[]): string => {
  const event = script.events[at];
  const place = event === undefined ? 'in the calm' : `at event ${at}, ${event.type}`;
  const sentence = claims.find(({ id }) => id === claim)?.claim ?? '';
  return `${claim} is broken ${place}: ${sentence}`;
};

/** As `holds`, but a broken claim is thrown, with the event that breaks it. */
export const upholds =
  (spec: Spec, claims: readonly Claim[]): ((script: Script) => void) =>
  (script) => {
    const refutation = refutationOf(spec, claims, script);
    if (refutation !== null) throw new Error(breakText(script, refutation, claims));
  };
