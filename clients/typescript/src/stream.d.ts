/** Something that happened in the session; a type tells more in fields of its own. */
export interface SessionEvent {
  type: string;
  /** Its place in the stream: `after` goes on behind it. */
  position: string;
  seq: number;
  /** Null for a gap that the client has found itself. */
  timestamp: string | null;
  task?: string;
  job_id?: string;
  [field: string]: any;
}

/** Stands for events that are missing: those behind `from`, up to `to`. */
export interface Gap extends SessionEvent {
  type: 'gap';
  topic: string | null;
  from: string;
  to: string;
  reason: 'evicted' | 'overflow' | 'restart' | string;
}

/** A record of a channel. */
export interface ChannelRecord {
  id: string;
  timestamp: string;
  seq: number;
  [attribute: string]: any;
}

/**
 * What is followed, for `for await`: it comes back by itself after a break, and goes on behind
 * `position`. Until it has once been connected it is given up after as many attempts as any
 * request.
 */
export class Stream<Item> implements AsyncIterableIterator<Item> {
  /** The position up to which all has been given; undefined before it has begun. */
  readonly position: string | undefined;
  /** How it is carried now; undefined while it is not. */
  readonly carriedBy: 'websocket' | 'sse' | 'poll' | undefined;
  next(): Promise<IteratorResult<Item, undefined>>;
  return(): Promise<IteratorResult<Item, undefined>>;
  [Symbol.asyncIterator](): this;
  /** Follow no longer: the loop ends. */
  close(): Promise<void>;
}

export interface FollowOptions {
  /** A position behind which to begin; what happens from now on if not given. */
  after?: string;
  /** Ends the loop, which then throws the signal's reason. */
  signal?: AbortSignal;
}

export interface EventOptions extends FollowOptions {
  /** What to follow, such as 'jobs' or ['task:fetch', 'channel:prices']; all if not given. */
  topics?: string | string[];
}

export interface RecordOptions extends FollowOptions {
  /** The key of which records alone are wanted; a list of its parts where it has several. */
  key?: string | number | boolean | (string | number | boolean)[];
  /** Called where records are missing. */
  onGap?: (gap: Gap) => void;
}

export class EventStream extends Stream<SessionEvent> {
  constructor(client: any, options?: EventOptions);
}

export class RecordStream extends Stream<ChannelRecord> {
  constructor(client: any, channel: string, options?: RecordOptions);
}

/** Waits at random up to a bound that doubles, so that a crowd spreads. */
export class Waits {
  failures: number;
  opened(): void;
  reset(): void;
  nextMs(askedMs?: number): number;
}
