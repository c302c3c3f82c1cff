// Carries the calls of the API: one request with its retries, its answer read, and its errors.

import {AnswerTimeout, ApiError, ConnectionFailed, UnreadableAnswer, Unusable} from './errors.js';
import {Listing, pageOf} from './listing.js';

/** @typedef {import('./transport.js').Operation} Operation */
/** @typedef {import('./transport.js').Options} Options */

const VERSION_PREFIX = '/api/v1';
const DEFAULT_URL = 'http://127.0.0.1:5000';
const RETRIED = new Set([408, 429, 502, 503, 504]);
const REPEATABLE = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const LONGEST_ASKED_MS = 30_000;

export class Transport {
  /** @param {import('./transport.js').Settings | string} settings */
  constructor(settings = {}) {
    const given = typeof settings === 'string' ? {url: settings} : settings;
    this.url = checkedUrl(given.url);
    this.timeoutMs = given.timeoutMs ?? 10_000;
    this.retries = given.retries ?? 3;
    this.apiKey = given.apiKey;
    // A WebSocket sends no headers, and goes past a fetch of the caller's own.
    this.hasSockets =
      typeof globalThis.WebSocket === 'function' &&
      !given.fetch &&
      !new Headers(given.headers).has('Authorization');
    this._headers = new Headers(given.headers);
    if (given.apiKey && !this._headers.has('Authorization')) {
      this._headers.set('Authorization', `Bearer ${given.apiKey}`);
    }
    // Called as a function of nothing: browsers refuse a fetch that is called as a method.
    const carrier = given.fetch ?? globalThis.fetch;
    this._fetch = (/** @type {string} */ url, /** @type {RequestInit} */ init) => carrier(url, init);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Options & {body?: unknown, accept?: string}} options
   */
  async request(method, path, options = {}) {
    const init = {...options, body: options.body === undefined ? undefined : toJson(options.body)};
    const isRepeatable = REPEATABLE.has(method.toUpperCase());
    const how = {isRepeatable, patienceMs: 0, answers: [304]};
    return this._exchange(method.toUpperCase(), path, init, how);
  }

  /**
   * @param {Operation} operation
   * @param {string[]} names
   * @param {unknown} body
   * @param {Options & {as?: 'text'}} options
   */
  async send(operation, names, body, options = {}) {
    const {path, method, isRepeatable = REPEATABLE.has(method)} = operation;
    const init = {
      ...options,
      body: body === undefined && !operation.takesId ? undefined : toJson(withId(operation, body)),
      accept: options.as === 'text' ? operation.text : operation.accept,
    };
    return this._exchange(method, VERSION_PREFIX + filled(path, names), init, {
      isRepeatable,
      patienceMs: patienceMs(operation, options.query),
      answers: operation.answers,
    });
  }

  /**
   * @param {Operation} operation
   * @param {string[]} names
   * @param {unknown} body
   * @param {Options} options
   */
  async call(operation, names, body, options) {
    return (await this.send(operation, names, body, options)).body;
  }

  /**
   * @param {Operation} operation
   * @param {string[]} names
   * @param {Options & {as?: 'text'}} options
   */
  list(operation, names, options = {}) {
    if (options.as === 'text') return this.call(operation, names, undefined, options);
    /** @type {(query: Options['query']) => Promise<any>} */
    const page = async (query) =>
      pageOf(await this.send(operation, names, undefined, {...options, query}), page);
    return new Listing(() => page(options.query), operation.key);
  }

  /**
   * What comes of a path that has no end.
   * @param {string} path
   * @param {AbortSignal} signal
   * @returns {Promise<AsyncGenerator<Uint8Array, void, void>>}
   */
  async openStream(path, signal) {
    const url = this.url + path;
    const headers = new Headers(this._headers);
    headers.set('Accept', 'text/event-stream');
    let response;
    try {
      response = await this._fetch(url, {headers, redirect: 'manual', signal});
    } catch (error) {
      signal.throwIfAborted();
      throw new ConnectionFailed('GET', url, error);
    }
    const isStream = response.headers.get('Content-Type')?.startsWith('text/event-stream');
    if (response.ok && response.body && isStream) return chunksOf(response.body);
    if (response.ok) {
      await response.body?.cancel();
      throw new Unusable(new UnreadableAnswer(url, response.status, 'no stream of events', ''));
    }
    throw problemOf(await answerOf(response, url), url);
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {Options & {body?: string, accept?: string}} options
   * @param {{isRepeatable: boolean, patienceMs: number, answers?: number[]}} how
   * @returns {Promise<import('./transport.js').Answer<any>>}
   */
  async _exchange(method, path, options, {isRepeatable, patienceMs, answers = []}) {
    const url = this.url + path + queryText(options.query);
    const timeoutMs = (options.timeoutMs ?? this.timeoutMs) + patienceMs;
    let wasLost = false;
    for (let attempt = 0; ; attempt++) {
      const {answer, error} = await this._attempt(method, url, options, timeoutMs);
      if (answer) {
        const isFine = answer.status >= 200 && answer.status < 300;
        if (isFine || answers.includes(answer.status)) return answer;
        // An attempt whose answer was lost has removed it.
        if (answer.status === 404 && method === 'DELETE' && wasLost) return answer;
      }
      const problem = error ?? problemOf(/** @type {any} */ (answer), url);
      const mayBeWell = error ? error instanceof ConnectionFailed : RETRIED.has(problem.status);
      const waitMs = this._waitMs(attempt, problem.retryAfterMs ?? 0);
      if (!isRepeatable || !mayBeWell || waitMs === null) throw problem;
      wasLost = true;
      await pause(waitMs, options.signal);
    }
  }

  /**
   * @param {string} method
   * @param {string} url
   * @param {Options & {body?: string, accept?: string}} options
   * @param {number} timeoutMs
   * @returns {Promise<{answer?: any, error?: any}>}
   */
  async _attempt(method, url, {body, accept, headers, signal}, timeoutMs) {
    signal?.throwIfAborted();
    const limit = AbortSignal.timeout(Math.min(timeoutMs, 2 ** 31 - 1));
    const all = new Headers(this._headers);
    all.set('Accept', accept ?? 'application/json, */*;q=0.5');
    if (body !== undefined) all.set('Content-Type', 'application/json');
    new Headers(headers).forEach((value, name) => all.set(name, value));
    try {
      const response = await this._fetch(url, {
        method,
        body,
        headers: all,
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      return {answer: await answerOf(response, url)};
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (limit.aborted) return {error: new AnswerTimeout(method, url, timeoutMs)};
      if (error instanceof UnreadableAnswer) return {error};
      return {error: new ConnectionFailed(method, url, error)};
    }
  }

  /**
   * @param {number} attempt
   * @param {number} askedMs
   */
  _waitMs(attempt, askedMs) {
    if (attempt >= this.retries || askedMs > LONGEST_ASKED_MS) return null;
    // A random part keeps callers that failed together from coming back together.
    const chosenMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
    return Math.max(askedMs, chosenMs * (0.5 + Math.random() / 2));
  }
}

/** @param {ReadableStream<Uint8Array>} body */
async function* chunksOf(body) {
  // Not every browser goes through a body by itself.
  const reader = body.getReader();
  try {
    for (;;) {
      const {done, value} = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

/** @param {string | URL | undefined} url */
function checkedUrl(url) {
  const here = /** @type {any} */ (globalThis).location?.origin;
  const given = String(url ?? (/^https?:/.test(here) ? here : DEFAULT_URL));
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new TypeError(`url: expected a URL such as ${DEFAULT_URL}, got ${JSON.stringify(given)}`);
  }
  const {origin, pathname, username} = new URL(given);
  if (username) throw new TypeError('url: fetch takes no user in a URL; give apiKey or headers');
  return origin + pathname.replace(/\/+$/, '').replace(/\/api\/v1$/, '');
}

/**
 * @param {string} path
 * @param {string[]} names
 */
function filled(path, names) {
  let place = 0;
  return path.replace(/{(\w+)}/g, (_, label) => {
    const name = names[place++];
    const isText = typeof name === 'string' || typeof name === 'number';
    // Every URL parser takes "." and ".." for steps, however they are encoded.
    if (!isText || /^\.{0,2}$/.test(String(name))) {
      throw new TypeError(`${label}: expected a name, got ${JSON.stringify(name)}`);
    }
    return encodeURIComponent(name);
  });
}

/** @param {Options['query']} query */
export function queryText(query = {}) {
  const pairs = new URLSearchParams();
  for (const [name, wanted] of Object.entries(query)) {
    if (wanted === undefined) continue;
    const values = Array.isArray(wanted) ? wanted : [wanted];
    // Nothing at all is not the same as no filter.
    if (!values.length) throw new TypeError(`${name}: expected at least one value`);
    for (const value of values) pairs.append(name, valueText(name, value));
  }
  return pairs.size ? `?${pairs}` : '';
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function valueText(name, value) {
  if (value === null) return 'null';
  if (value instanceof Date) return value.toISOString();
  if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
  throw new TypeError(`${name}: expected text, a number, a boolean, a Date or null`);
}

/** @param {unknown} value */
function toJson(value) {
  return JSON.stringify(value, (name, each) => {
    if (typeof each === 'number' && !Number.isFinite(each)) {
      throw new TypeError(`${name || 'body'}: ${each} has no JSON form`);
    }
    return each;
  });
}

/**
 * @param {Operation} operation
 * @param {any} body
 */
function withId(operation, body) {
  return operation.takesId ? {...body, job_id: body?.job_id ?? newJobId()} : body;
}

/** A UUIDv7 (RFC 9562, 5.7), which sorts by the time it was made. */
export function newJobId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(Date.now() / 2 ** 16));
  view.setUint16(4, Date.now() % 2 ** 16);
  view.setUint8(6, 0x70 | (bytes[6] & 0x0f));
  view.setUint8(8, 0x80 | (bytes[8] & 0x3f));
  const digits = [...bytes].map((each) => each.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

/**
 * @param {Operation} operation
 * @param {Options['query']} query
 */
function patienceMs({patience}, query = {}) {
  if (!patience) return 0;
  const asked = Number(query[patience.parameter] ?? patience.defaultS);
  return Number.isFinite(asked) ? asked * 1_000 : 0;
}

/**
 * @param {Response} response
 * @param {string} url
 */
async function answerOf(response, url) {
  const {status, headers} = response;
  const text = await response.text();
  const isJson = headers.get('Content-Type')?.includes('json');
  if (!text || !isJson) return {status, headers, body: text || undefined};
  try {
    return {status, headers, body: JSON.parse(text)};
  } catch {
    throw new UnreadableAnswer(url, status, 'something that is not JSON', text);
  }
}

/**
 * @param {import('./transport.js').Answer<any>} answer
 * @param {string} url
 * @returns {any}
 */
function problemOf({status, headers, body}, url) {
  if (status === 304) {
    const message = 'it is what the ETag in If-None-Match names: the caller has it already';
    return new ApiError(status, {error: 'NOT_MODIFIED', message});
  }
  // To a browser a redirection that is not followed has no status.
  if (status < 400) return new UnreadableAnswer(url, status, 'a redirection', '');
  const isEnvelope = typeof body?.error === 'string' && typeof body?.message === 'string';
  const retryAfterMs = retryAfter(headers.get('Retry-After'));
  if (isEnvelope) return new ApiError(status, body, retryAfterMs);
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  return new UnreadableAnswer(url, status, 'something that is not one of its errors', text);
}

/** @param {string | null} text */
function retryAfter(text) {
  if (!text) return undefined;
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now());
}

/**
 * Resolve after a time; reject when the signal aborts.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, {once: true});
  });
}
