/** Facts about an event, for people and for tools. */
export type Facts = Readonly<Record<string, unknown>>;

/** What a process tells of itself, as it happens. */
export type OnEvent = (event: string, facts: Facts) => void;

/** A part that runs, and how it is ended. */
export type Running = { readonly port: number; readonly stop: () => void };
