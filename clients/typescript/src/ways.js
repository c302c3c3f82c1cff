// The ways in which a stream is carried: each gives events, and positions without an event.

import {RedengineError, StreamClosed, Unusable} from './errors.js';
import {queryText} from './transport.js';

/** @typedef {import('./ways.js').Way} Way */

export const POLL_S = 20;
const POLLED = 1_000;
// A stream that tells nothing for so long, not even that it is there, has broken.
const QUIET_MS = 40_000;

/**
 * Server-Sent Events, read by fetch: it sends headers, as a browser's EventSource cannot.
 * @param {{topics: string[]} | undefined} query
 * @returns {Way}
 */
export function readEvents(query) {
  return {
    name: 'sse',
    async *open(client, after, signal) {
      const quiet = new AbortController();
      let timer = setTimeout(() => quiet.abort(), QUIET_MS);
      const path = '/api/v1/events' + queryText({...query, after});
      let hasHeard = false;
      try {
        const both = AbortSignal.any([signal, quiet.signal]);
        const body = await client.openStream(path, both);
        for await (const block of blocksOf(body)) {
          hasHeard = true;
          clearTimeout(timer);
          timer = setTimeout(() => quiet.abort(), QUIET_MS);
          if (block.data !== undefined) yield JSON.parse(block.data);
          else if (block.id) yield {position: block.id};
        }
      } catch (error) {
        const isSilent = quiet.signal.aborted;
        // Somebody on the way collects what has no end.
        if (isSilent && !hasHeard) throw new Unusable(new StreamClosed(1006, 'nothing came'));
        if (isSilent || (hasHeard && !(error instanceof RedengineError))) {
          throw new StreamClosed(1006, String(error));
        }
        throw error;
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/**
 * @param {{topics: string[]} | undefined} query
 * @returns {Way}
 */
export function pollEvents(query) {
  return {
    name: 'poll',
    async *open(client, after, signal) {
      // Without a position, what happens while the first answer is lost would be missed.
      let position = after ?? (await client.position({signal}));
      yield {position};
      for (;;) {
        const mode = /** @type {const} */ ('poll');
        const asked = {...query, after: position, mode, timeout: POLL_S, limit: POLLED};
        const answer = await client.getEvents({query: asked, signal});
        yield* answer.events;
        position = answer.position;
        yield {position};
      }
    },
  };
}

/**
 * @param {string} channel
 * @param {string | undefined} key
 * @returns {Way}
 */
export function pollRecords(channel, key) {
  const name = encodeURIComponent(channel);
  const path = `/api/v1/channels/${name}/next${key === undefined ? '' : `/${key}`}`;
  return {
    name: 'poll',
    async *open(client, after, signal) {
      let position = after ?? (await client.position({signal}));
      yield {position};
      for (;;) {
        const query = {after: position, timeout: POLL_S, limit: POLLED};
        const timeoutMs = client.timeoutMs + POLL_S * 1_000;
        const {body} = await client.request('GET', path, {query, signal, timeoutMs});
        for (const event of eventsOf({channel, data: body ?? []}, position.split(':')[0])) {
          position = event.position;
          yield event;
        }
        yield {position};
      }
    },
  };
}

/**
 * A subscription over a WebSocket, where the platform has them.
 * @param {Record<string, any>} what
 * @returns {Way}
 */
export function readSocket(what) {
  return {
    name: 'websocket',
    async *open(client, after, signal) {
      const told = new Mailbox();
      const socket = new WebSocket(client.url.replace(/^http/, 'ws') + '/api/v1/ws');
      const stop = () => socket.close();
      signal.addEventListener('abort', stop, {once: true});
      let wasOpen = false;
      socket.onopen = () => {
        wasOpen = true;
        // Not in the address: those end up in logs.
        if (client.apiKey) socket.send(JSON.stringify({action: 'auth', api_key: client.apiKey}));
        socket.send(JSON.stringify({action: 'subscribe', id: 1, after, ...what}));
      };
      socket.onmessage = ({data}) => told.put(JSON.parse(data));
      socket.onclose = ({code, reason}) => {
        const closed = new StreamClosed(code, reason);
        // A browser does not tell why there is none: the next way does.
        told.fail(wasOpen ? closed : new Unusable(closed));
      };
      try {
        let epoch = '';
        for (;;) {
          const frame = await told.take();
          if (frame.type === 'error') throw new StreamClosed(1008, frame.message, frame);
          if (frame.type === 'subscribed') {
            epoch = frame.position.split(':')[0];
            yield {position: frame.position};
          } else if (frame.type !== 'ack') yield* eventsOf(frame, epoch);
        }
      } finally {
        signal.removeEventListener('abort', stop);
        socket.close();
      }
    },
  };
}

/** What has come and nobody has taken. */
class Mailbox {
  /** @type {any[]} */
  _held = [];
  /** @type {any} */
  _failure = undefined;
  _wake = () => {};

  /** @param {any} frame */
  put(frame) {
    this._held.push(frame);
    this._wake();
  }

  /** @param {any} failure */
  fail(failure) {
    this._failure = failure;
    this._wake();
  }

  async take() {
    while (!this._held.length) {
      if (this._failure) throw this._failure;
      await new Promise((resolve) => {
        this._wake = () => resolve(undefined);
      });
    }
    return this._held.shift();
  }
}

/**
 * The events in a frame: one, or one for each record of a channel.
 * @param {any} frame
 * @param {string} epoch
 */
function* eventsOf(frame, epoch) {
  const {channel, data} = frame;
  if (channel === undefined || !Array.isArray(data)) {
    yield frame;
    return;
  }
  for (const record of data) {
    const {seq, timestamp} = record;
    const position = `${epoch}:${seq}`;
    yield {type: 'channel_record', position, seq, timestamp, channel, record};
  }
}

/**
 * Server-Sent Events (HTML standard, section 9.2) in bytes as they come.
 * @param {AsyncIterable<Uint8Array>} chunks
 */
export async function* blocksOf(chunks) {
  const decoder = new TextDecoder();
  let rest = '';
  /** @type {{id?: string, data?: string}} */
  let block = {};
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, {stream: true})).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line) {
        if (block.id !== undefined || block.data !== undefined) yield block;
        block = {};
        continue;
      }
      const [, name, value = ''] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
      if (name === 'data') block.data = block.data === undefined ? value : `${block.data}\n${value}`;
      else if (name === 'id') block.id = value;
    }
  }
}
