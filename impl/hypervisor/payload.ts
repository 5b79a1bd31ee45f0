import type { Completion } from '../guest/guest.ts';

/** Payloads of entries, as `LogEntry` says. A decoder gives `null` for bytes that are none. */
export declare const readingPayload: (reading: number) => Uint8Array;
export declare const readingOf: (payload: Uint8Array) => number | null;
export declare const completionPayload: (completion: Completion) => Uint8Array;
export declare const completionOf: (payload: Uint8Array) => Completion | null;
export declare const sharePayload: (share: number) => Uint8Array;
export declare const shareOf: (payload: Uint8Array) => number | null;
export declare const offPayload: (isGuestsOwn: boolean) => Uint8Array;
export declare const isGuestsOwn: (payload: Uint8Array) => boolean | null;
