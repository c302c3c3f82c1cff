import type {Client} from './client.js';
import type {SessionEvent} from './stream.js';

/** One way in which a stream is carried. */
export interface Way {
  name: 'websocket' | 'sse' | 'poll';
  /** Events behind a position, and positions without an event, until the signal ends it. */
  open(
    client: Client,
    after: string | undefined,
    signal: AbortSignal,
  ): AsyncGenerator<any, void, void>;
}

export const POLL_S: number;
export function readEvents(query: {topics: string[]} | undefined): Way;
export function pollEvents(query: {topics: string[]} | undefined): Way;
export function pollRecords(channel: string, key: string | undefined): Way;
export function readSocket(what: Record<string, any>): Way;
/** Server-Sent Events (HTML standard, section 9.2) in bytes as they come. */
export function blocksOf(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{id?: string; data?: string}, void, void>;
