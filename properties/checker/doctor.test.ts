import { describe, expect, it } from 'vitest';
import { paper } from '../../model/paper.ts';
import type { Spec } from '../../model/spec.ts';
import { diagnose, frozen, frozenStates, type Patient } from './doctor.ts';

const patient = (spec: Spec): Patient => ({
  spec,
  seed: 'doctor',
  fixed: {},
  fingerprint: (state) => JSON.stringify(state),
});

const { send, deliver } = paper.actions;

describe('the doctor', () => {
  it('finds nothing wrong with the paper', () => {
    const { runs, events, difference } = diagnose(patient(paper), 24);
    expect(difference).toBeNull();
    expect(runs).toBe(24);
    expect(events).toBeGreaterThan(1000);
  });

  it('names the first event that depends on more than the seed', () => {
    let calls = 0;
    const next: typeof deliver.next = (state, event) =>
      ++calls % 50 === 0 ? 'a leak' : deliver.next(state, event);
    const leaky: Spec = { ...paper, actions: { ...paper.actions, deliver: { ...deliver, next } } };
    const { difference } = diagnose(patient(leaky), 24);
    expect(difference?.why).toBe('the events differ');
    expect([difference?.first?.type, difference?.second?.type]).toContain('deliver');
  });

  it('sees a state that depends on more than the seed', () => {
    let calls = 0;
    const next: typeof send.next = (state, event) =>
      send.next(++calls % 50 === 0 ? { ...state, now: state.now + 1 } : state, event);
    const leaky: Spec = { ...paper, actions: { ...paper.actions, send: { ...send, next } } };
    const { difference } = diagnose(patient(leaky), 24);
    expect(difference?.why).toBe('the states after the same event differ');
  });

  it('catches an action that changes the state it is given', () => {
    const next: typeof send.next = (state, event) => {
      Object.assign(state.network, { packets: state.network.packets + 1 });
      return send.next(state, event);
    };
    const careless: Spec = { ...paper, actions: { ...paper.actions, send: { ...send, next } } };
    const { difference } = diagnose(patient(careless), 24);
    expect(difference?.why).toMatch(/^with its states frozen it fails: /);
  });

  it('freezes through and through', () => {
    const value = frozen({ list: [{ deep: 1 }] });
    expect(Object.isFrozen(value.list[0])).toBe(true);
    expect(Object.keys(frozenStates(paper).actions)).toEqual(Object.keys(paper.actions));
  });
});
