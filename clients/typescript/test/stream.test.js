// Streams that break, without a server.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Client} from '../src/index.js';
import {Waits} from '../src/stream.js';
import {blocksOf} from '../src/ways.js';

const STREAM = {'Content-Type': 'text/event-stream'};
const JSON_TYPE = {'Content-Type': 'application/json'};

const event = (seq, epoch = 'e', more = {}) => ({
  type: 'job_started', position: `${epoch}:${seq}`, seq, timestamp: '2026-01-01T00:00:00Z', ...more,
});
const block = (told) => `id: ${told.position}\nevent: ${told.type}\ndata: ${JSON.stringify(told)}\n\n`;
const stream = (position, ...told) => [
  200, `retry: 2000\nid: ${position}\n\n: still here\n\n${told.map(block).join('')}`, STREAM,
];
const json = (status, body, headers = {}) => [status, JSON.stringify(body), {...JSON_TYPE, ...headers}];
const polled = (position, ...events) => json(200, {events, position});
const refusal = (status, error, details = {}, headers = {}) =>
  json(status, {error, message: 'no', details, request_id: 'r'}, headers);
const MISSING = refusal(404, 'NOT_FOUND', {kind: 'path', name: '/x'});

/** A client whose requests are noted, and answered with these in turn; waits take no time. */
function scripted(t, answers, settings = {}) {
  t.mock.method(Math, 'random', () => 0);
  const asked = [];
  const fetch = async (url) => {
    asked.push(new URL(url));
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) throw next;
    const [status, body, headers] = next;
    return new Response(status === 204 ? null : body, {status, headers});
  };
  return {asked, client: new Client({url: 'http://127.0.0.1:1', fetch, ...settings})};
}

async function taken(following, count) {
  const found = [];
  for await (const each of following) {
    found.push(each);
    if (found.length === count) break;
  }
  return found;
}
const positions = (events) => events.map((each) => each.position);
const lost = () => new TypeError('fetch failed', {cause: new Error('connection reset')});

test('a stream goes on where it broke, and gives nothing twice', async (t) => {
  const answers = [stream('e:2', event(3), event(4)), lost(), stream('e:3', event(4), event(5))];
  const {asked, client} = scripted(t, answers);
  const events = client.events({topics: ['jobs', 'task:t']});
  assert.deepEqual(positions(await taken(events, 3)), ['e:3', 'e:4', 'e:5']);
  assert.deepEqual(asked.map((url) => url.search), [
    '?topics=jobs&topics=task%3At',
    '?topics=jobs&topics=task%3At&after=e%3A4',
    '?topics=jobs&topics=task%3At&after=e%3A4',
  ]);
  assert.equal(events.position, 'e:5');
});

test('a stream that broke before its first event goes on from its beginning', async (t) => {
  const {asked, client} = scripted(t, [stream('e:2'), stream('e:2', event(3))]);
  assert.deepEqual(positions(await taken(client.events(), 1)), ['e:3']);
  assert.equal(asked[1].search, '?after=e%3A2');
});

test('a position that is gone is told by a gap', async (t) => {
  for (const [oldest, reason] of [['f:3', 'restart'], ['e:7', 'evicted']]) {
    const gone = refusal(410, 'CURSOR_TOO_OLD', {position: 'e:2', latest: 'f:9', oldest});
    const answers = [stream('e:1', event(2)), gone, stream(oldest, event(8, oldest[0]))];
    const {asked, client} = scripted(t, answers);
    const [, gap, after] = await taken(client.events({after: 'e:1'}), 3);
    assert.deepEqual([gap.type, gap.from, gap.to, gap.reason], ['gap', 'e:2', oldest, reason]);
    assert.equal(after.seq, 8);
    assert.equal(asked[2].searchParams.get('after'), oldest);
    t.mock.restoreAll();
  }
});

test('a position of the future, a bad topic and a session without events are errors', async (t) => {
  const future = refusal(410, 'CURSOR_TOO_OLD', {latest: 'e:2', oldest: 'e:0'});
  for (const [answer, status] of [[future, 410], [refusal(400, 'VALIDATION_ERROR'), 400], [MISSING, 404]]) {
    const {client} = scripted(t, [answer]);
    await assert.rejects(taken(client.events({after: 'e:9'}), 1), {status});
    t.mock.restoreAll();
  }
  const {client} = scripted(t, [MISSING]);
  assert.throws(() => client.events({after: '17'}), /after: expected a position/);
  assert.throws(() => client.events({topics: []}), /topics: expected topics/);
});

test('where no stream is served the events are polled from a position on', async (t) => {
  for (const missing of [MISSING, refusal(501, 'NOT_IMPLEMENTED'), [200, 'a page', {}]]) {
    const answers = [missing, polled('e:2'), polled('e:4', event(3), event(4)), polled('e:4'), polled('e:5', event(5))];
    const {asked, client} = scripted(t, answers);
    assert.deepEqual(positions(await taken(client.events({topics: 'jobs'}), 3)), ['e:3', 'e:4', 'e:5']);
    const after = asked.map((url) => url.searchParams.get('after'));
    assert.deepEqual(after, [null, null, 'e:2', 'e:4', 'e:4']);
    t.mock.restoreAll();
  }
});

test('a session that was never there is given up, one that was there is waited for', async (t) => {
  t.mock.timers.enable({apis: ['setTimeout']});
  const ticking = setInterval(() => t.mock.timers.tick(1000), 0);
  try {
    const never = scripted(t, [lost()], {retries: 2});
    await assert.rejects(taken(never.client.events(), 1), {name: 'ConnectionFailed'});
    assert.equal(never.asked.length, 3);
    t.mock.reset();
    t.mock.timers.enable({apis: ['setTimeout']});
    const away = Array.from({length: 20}, lost);
    const later = scripted(t, [stream('e:0', event(1)), ...away, stream('e:1', event(2))], {retries: 0});
    assert.deepEqual(positions(await taken(later.client.events(), 2)), ['e:1', 'e:2']);
  } finally {
    clearInterval(ticking);
  }
});

test('a signal ends the loop with its reason, and close without one', async (t) => {
  const {client} = scripted(t, [stream('e:0', event(1))]);
  const control = new AbortController();
  await assert.rejects(async () => {
    for await (const each of client.events({signal: control.signal})) control.abort(new Error(each.type));
  }, /job_started/);
  const events = client.events();
  const seen = [];
  for await (const each of events) {
    seen.push(each);
    await events.close();
  }
  assert.equal(seen.length, 1);
});

test('records come over a stream of events, until the channel is deleted', async (t) => {
  const told = (seq) => event(seq, 'e', {type: 'channel_record', channel: 'p', record: {seq, x: seq}});
  const gap = event(4, 'e', {type: 'gap', from: 'e:2', to: 'e:4', reason: 'evicted'});
  const gone = event(6, 'e', {type: 'unsubscribed', reason: 'deleted'});
  const {asked, client} = scripted(t, [stream('e:2', gap, told(5), told(6), gone)]);
  const gaps = [];
  const found = await taken(client.follow('p', {after: 'e:2', onGap: (each) => gaps.push(each.to)}), 9);
  assert.deepEqual(found.map((each) => each.x), [5, 6]);
  assert.deepEqual(gaps, ['e:4']);
  assert.equal(asked[0].searchParams.get('topics'), 'channel:p');
});

test('a channel that is deleted while its follower is away is the end', async (t) => {
  const told = event(3, 'e', {type: 'channel_record', channel: 'p', record: {seq: 3}});
  const gone = refusal(404, 'NOT_FOUND', {kind: 'channel', name: 'p'});
  const {client} = scripted(t, [stream('e:2', told), gone]);
  assert.equal((await taken(client.follow('p'), 9)).length, 1);
  const never = scripted(t, [gone]);
  await assert.rejects(taken(never.client.follow('p'), 1), {status: 404});
});

test('records of a key are polled', async (t) => {
  const {asked, client} = scripted(t, [polled('e:2'), json(200, [{seq: 4}]), [204, '', {}], json(200, [{seq: 7}])]);
  const found = await taken(client.follow('p', {key: ['a/b', 1]}), 2);
  assert.deepEqual(found.map((each) => each.seq), [4, 7]);
  assert.equal(asked[1].pathname, '/api/v1/channels/p/next/a%2Fb,1');
  assert.deepEqual(asked.slice(1).map((url) => url.searchParams.get('after')), ['e:2', 'e:4', 'e:4']);
});

test('blocks are read however the bytes come', async () => {
  const lines = ['retry: 2000', 'id: e:1', '', ': still here', '', 'id: e:2', 'data: a\u2028ä', 'data:c', '', ''];
  for (const end of ['\n', '\r\n']) {
    const bytes = new TextEncoder().encode(lines.join(end));
    for (const size of [1, 2, 5, 1000]) {
      const chunks = (async function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
      })();
      const found = [];
      for await (const each of blocksOf(chunks)) found.push(each);
      assert.deepEqual(found, [{id: 'e:1'}, {id: 'e:2', data: 'a\u2028ä\nc'}]);
    }
  }
});

test('waits are random below a bound that doubles, and success begins again', (t) => {
  t.mock.method(Math, 'random', () => 1);
  const waits = new Waits();
  assert.deepEqual([1, 2, 3].map(() => waits.nextMs()), [500, 1000, 2000]);
  for (let failures = 0; failures < 10; failures++) waits.nextMs();
  assert.equal(waits.nextMs(), 30_000);
  assert.equal(waits.nextMs(5_000), 35_000);
  waits.reset();
  assert.equal(waits.nextMs(), 500);
});

// A platform that has WebSockets, in place of the one that runs this.
class FakeSocket {
  static scripts = [];
  static opened = [];

  constructor(url) {
    this.url = url;
    this.sent = [];
    FakeSocket.opened.push(this);
    const {frames, close} = FakeSocket.scripts.shift();
    queueMicrotask(() => {
      if (frames) {
        this.onopen();
        for (const frame of frames) this.onmessage({data: JSON.stringify(frame)});
      }
      if (close) this.onclose({code: close, reason: 'told'});
    });
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {}
}

/** A client on a platform with WebSockets that follow these scripts. */
function withSockets(t, scripts, answers = [MISSING]) {
  const {asked, client} = scripted(t, answers, {apiKey: 'secret'});
  FakeSocket.scripts = scripts;
  FakeSocket.opened = [];
  const had = globalThis.WebSocket;
  globalThis.WebSocket = FakeSocket;
  t.after(() => (globalThis.WebSocket = had));
  client.hasSockets = true;
  return {asked, client};
}
const subscribed = (position) => ({type: 'subscribed', id: 1, sub: '1', position});

test('a WebSocket says the key, subscribes, and is opened again behind the last event', async (t) => {
  const {client} = withSockets(t, [
    {frames: [{type: 'ack', id: null}, subscribed('e:2'), event(3)], close: 1012},
    {frames: [subscribed('e:3'), event(4)]},
  ]);
  assert.deepEqual(positions(await taken(client.events({topics: 'jobs'}), 2)), ['e:3', 'e:4']);
  assert.equal(FakeSocket.opened[0].url, 'ws://127.0.0.1:1/api/v1/ws');
  assert.deepEqual(FakeSocket.opened.map((socket) => socket.sent), [
    [{action: 'auth', api_key: 'secret'}, {action: 'subscribe', id: 1, topic: 'jobs'}],
    [{action: 'auth', api_key: 'secret'}, {action: 'subscribe', id: 1, after: 'e:3', topic: 'jobs'}],
  ]);
});

test('a WebSocket that is closed for good is an error', async (t) => {
  for (const closeCode of [1003, 1008, 1009]) {
    const {client} = withSockets(t, [{frames: [subscribed('e:2')], close: closeCode}]);
    await assert.rejects(taken(client.events({topics: 'jobs'}), 1), {name: 'StreamClosed', closeCode});
    t.mock.restoreAll();
  }
});

test('a subscription that is refused is an error with the code of the refusal', async (t) => {
  const told = {type: 'error', id: 1, code: 'NOT_FOUND', message: 'no task', temporary: false};
  const {client} = withSockets(t, [{frames: [told]}]);
  await assert.rejects(taken(client.events({topics: 'task:x'}), 1), {code: 'NOT_FOUND'});
});

test('a subscription that is refused for now is asked for again', async (t) => {
  const busy = {type: 'error', id: 1, code: 'TOO_MANY_REQUESTS', message: 'slowly', temporary: true};
  const {client} = withSockets(t, [{frames: [{...busy, retry_after: 0.01}]}, {frames: [subscribed('e:2'), event(3)]}]);
  assert.deepEqual(positions(await taken(client.events({topics: 'jobs'}), 1)), ['e:3']);
});

test('where no WebSocket opens there are streams', async (t) => {
  const {client} = withSockets(t, [{close: 1006}], [stream('e:2', event(3))]);
  assert.deepEqual(positions(await taken(client.events({topics: 'jobs'}), 1)), ['e:3']);
});

test('records come in frames of a WebSocket', async (t) => {
  const frame = {channel: 'p', data: [{seq: 3}, {seq: 5}], sub: '1', seq: 5};
  const {client} = withSockets(t, [
    {frames: [subscribed('e:2'), frame], close: 1006},
    {frames: [subscribed('e:5'), {...frame, data: [{seq: 6}]}]},
  ]);
  const found = await taken(client.follow('p', {key: 'a'}), 3);
  assert.deepEqual(found.map((each) => each.seq), [3, 5, 6]);
  assert.deepEqual(FakeSocket.opened[1].sent[1], {
    action: 'subscribe', id: 1, after: 'e:5', channel: 'p', key: ['a'],
  });
});
