// Streams that come back after a break: events of the session, and records of channels.

import {AnswerTimeout, ConnectionFailed, RedengineError, StreamClosed, Unusable} from './errors.js';
import {pause} from './transport.js';
import {pollEvents, pollRecords, readEvents, readSocket} from './ways.js';

/** @typedef {import('./stream.js').SessionEvent} SessionEvent */
/** @typedef {import('./ways.js').Way} Way */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
const LASTING_MS = 10_000;
const RETRIED = new Set([408, 429, 502, 503, 504]);
const NOT_HERE = new Set([404, 405, 406, 426, 501]);
// After these close codes of a WebSocket it is worth coming back.
const COMES_BACK = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013]);

/** @implements {AsyncIterableIterator<any>} */
export class Stream {
  /**
   * @param {any} client
   * @param {Way[]} ways
   * @param {{after?: string, signal?: AbortSignal}} options
   */
  constructor(client, ways, {after, signal}) {
    this.position = checkedPosition(after);
    /** @type {string | undefined} */
    this.carriedBy = undefined;
    this._client = client;
    this._ways = [...ways];
    this._signal = signal;
    this._control = new AbortController();
    /** @type {AsyncGenerator<any, void, void> | undefined} */
    this._events = undefined;
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  async next() {
    this._events ??= this._follow();
    const {value, done} = await this._events.next();
    return done ? {value: undefined, done: true} : {value, done: false};
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  async return() {
    this._control.abort();
    await this._events?.return();
    return {value: undefined, done: true};
  }

  async close() {
    this._control.abort();
  }

  /**
   * What is given for an event.
   * @param {SessionEvent} event
   * @returns {any}
   */
  _made(event) {
    return event;
  }

  /**
   * Whether a failure says that what is followed has gone meanwhile.
   * @param {any} _failure
   */
  _isEnd(_failure) {
    return false;
  }

  async *_follow() {
    const ended = this._control.signal;
    const signal = this._signal ? AbortSignal.any([this._signal, ended]) : ended;
    const waits = new Waits();
    let hasBegun = false;
    while (!ended.aborted) {
      /** @type {any} */
      let failure;
      try {
        const [way] = this._ways;
        for await (const event of way.open(this._client, this.position, signal)) {
          waits.opened();
          hasBegun = true;
          this.carriedBy = way.name;
          if (!this._isNews(event)) continue;
          waits.reset();
          const made = this._made(event);
          if (made !== undefined) yield made;
          if (ended.aborted) return;
        }
      } catch (error) {
        failure = error;
      }
      this.carriedBy = undefined;
      if (ended.aborted) return;
      this._signal?.throwIfAborted();
      const gap = gapOf(failure, this.position);
      if (gap) {
        this.position = gap.position;
        const made = this._made(gap);
        if (made !== undefined) yield made;
      } else if (isMissing(failure) && this._ways.length > 1) {
        this._ways.shift();
      } else {
        if (hasBegun && this._isEnd(failure)) return;
        if (!isPassing(failure)) throw causeOf(failure);
        if (!hasBegun && waits.failures >= this._client.retries) throw causeOf(failure);
        await pause(waits.nextMs(failure?.retryAfterMs), signal).catch(() => {});
        this._signal?.throwIfAborted();
      }
    }
  }

  /**
   * Note the position of an event; whether it is one that has not been given.
   * @param {any} event
   */
  _isNews(event) {
    const isBehind = isAtMost(event.position, this.position);
    if (!isBehind) this.position = event.position;
    // The end of a channel stands at the place of the last event.
    return event.type !== undefined && (!isBehind || event.type === 'unsubscribed');
  }
}

export class EventStream extends Stream {
  /**
   * @param {any} client
   * @param {{topics?: string | string[], after?: string, signal?: AbortSignal}} options
   */
  constructor(client, options = {}) {
    const topics = checkedTopics(options.topics);
    const query = topics && {topics};
    const ways = [readEvents(query), pollEvents(query)];
    // Each topic is a subscription of its own there, and nobody keeps several in one order.
    if (topics?.length === 1 && client.hasSockets) {
      const [, channel] = /^channel:(.*)$/.exec(topics[0]) ?? [];
      ways.unshift(readSocket(channel ? {channel} : {topic: topics[0]}));
    }
    super(client, ways, options);
  }
}

export class RecordStream extends Stream {
  /**
   * @param {any} client
   * @param {string} channel
   * @param {{key?: any, after?: string, onGap?: (gap: any) => void, signal?: AbortSignal}} options
   */
  constructor(client, channel, options = {}) {
    const key = options.key === undefined ? undefined : keyText(options.key);
    const ways = [pollRecords(channel, key)];
    // A stream of events knows no keys.
    if (key === undefined) ways.unshift(readEvents({topics: [`channel:${channel}`]}));
    if (client.hasSockets) ways.unshift(readSocket({channel, key: partsOf(options.key)}));
    super(client, ways, options);
    this._onGap = options.onGap;
  }

  /** @param {any} failure */
  _isEnd(failure) {
    return failure?.code === 'NOT_FOUND' && failure.details?.kind === 'channel';
  }

  /** @param {SessionEvent} event */
  _made(event) {
    if (event.type === 'unsubscribed') {
      this._control.abort();
      return undefined;
    }
    if (event.type !== 'gap') return event.record;
    this._onGap?.(event);
    return undefined;
  }
}

/** Waits at random up to a bound that doubles, so that a crowd spreads. */
export class Waits {
  failures = 0;
  _openedAt = 0;

  /** A connection stands; one that lasts makes good what came before. */
  opened() {
    this._openedAt ||= Date.now();
  }

  reset() {
    this.failures = 0;
  }

  nextMs(askedMs = 0) {
    if (this._openedAt && Date.now() - this._openedAt > LASTING_MS) this.failures = 0;
    this._openedAt = 0;
    const boundMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.failures, 16));
    this.failures += 1;
    return askedMs + Math.random() * boundMs;
  }
}

/**
 * The event that stands for what a position that is gone has cost; undefined for other failures.
 * @param {any} failure
 * @param {string | undefined} known
 */
function gapOf(failure, known) {
  const {latest, oldest = latest} = failure?.status === 410 ? failure.details : {};
  // Of a position of the future nothing is missing.
  if (oldest === undefined || known === undefined || isAtMost(oldest, known)) return undefined;
  const isSame = oldest.split(':')[0] === known.split(':')[0];
  const about = {topic: null, from: known, to: oldest, reason: isSame ? 'evicted' : 'restart'};
  return {type: 'gap', position: oldest, seq: seqOf(oldest), timestamp: null, ...about};
}

/** @param {any} failure */
function isMissing(failure) {
  if (failure instanceof Unusable) return true;
  const isOfPath = failure?.code !== 'NOT_FOUND' || failure.details?.kind === 'path';
  return failure instanceof RedengineError && NOT_HERE.has(/** @type {any} */ (failure).status) && isOfPath;
}

/** @param {any} failure */
function isPassing(failure) {
  if (failure === undefined) return true;
  if (failure instanceof StreamClosed) {
    return COMES_BACK.has(failure.closeCode) || failure.details.temporary === true;
  }
  if (failure instanceof ConnectionFailed || failure instanceof AnswerTimeout) return true;
  return RETRIED.has(failure?.status);
}

/** @param {any} failure */
function causeOf(failure) {
  return failure instanceof Unusable ? failure.cause : (failure ?? new StreamClosed(1006, ''));
}

/**
 * @param {string | undefined} position
 * @param {string | undefined} known
 */
function isAtMost(position, known) {
  if (position === undefined) return true;
  if (known === undefined) return false;
  return position.split(':')[0] === known.split(':')[0] && seqOf(position) <= seqOf(known);
}

/** @param {string} position */
function seqOf(position) {
  return Number(position.slice(position.lastIndexOf(':') + 1));
}

/** @param {string | undefined} after */
function checkedPosition(after) {
  if (after !== undefined && !/^[^:\s]+:\d+$/.test(after)) {
    const given = JSON.stringify(after);
    throw new TypeError(`after: expected a position such as '5f0c3a91:17', got ${given}`);
  }
  return after;
}

/** @param {string | string[] | undefined} topics */
function checkedTopics(topics) {
  if (topics === undefined) return undefined;
  const chosen = typeof topics === 'string' ? [topics] : topics;
  if (!chosen.length || !chosen.every((each) => typeof each === 'string' && each)) {
    throw new TypeError(`topics: expected topics such as 'jobs' and 'task:fetch'`);
  }
  return chosen;
}

/** @param {any} key */
function partsOf(key) {
  return key === undefined || Array.isArray(key) ? key : [key];
}

/** @param {any} key */
function keyText(key) {
  return partsOf(key).map((/** @type {any} */ part) => encodeURIComponent(part)).join(',');
}
