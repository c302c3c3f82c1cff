// How calls are made, sent again and given up, without a server.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {AnswerTimeout, ApiError, Client, ConnectionFailed, UnreadableAnswer} from '../src/index.js';

const JSON_TYPE = {'Content-Type': 'application/json'};
const BUSY = {error: 'OVERLOADED', message: 'too busy', details: {}, request_id: 'r-1'};

/** A client whose requests are noted, and answered with these in turn. */
function scripted(answers, settings = {}) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({url, ...init});
    const next = answers.length > 1 ? answers.shift() : answers[0];
    if (next instanceof Error) throw next;
    const [status, body, headers = {}] = next;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const isText = typeof body === 'string';
    return new Response([204, 304].includes(status) ? null : text, {
      status,
      headers: {...(isText ? {} : JSON_TYPE), ...headers},
    });
  };
  return {asked, client: new Client({url: 'http://127.0.0.1:1', fetch, ...settings})};
}

test('a request has the key, the path encoded, and the body as JSON', async () => {
  const {asked, client} = scripted([[201, {}]], {apiKey: 'secret'});
  await client.postTask('a b/c', {code: 'print(1)'});
  assert.equal(asked[0].url, 'http://127.0.0.1:1/api/v1/tasks/a%20b%2Fc');
  assert.equal(asked[0].headers.get('Authorization'), 'Bearer secret');
  assert.equal(asked[0].headers.get('Content-Type'), 'application/json');
  assert.deepEqual(JSON.parse(asked[0].body), {code: 'print(1)'});
});

test('filters become a query: lists are repeated, dates are ISO, null is the missing value', async () => {
  const {asked, client} = scripted([[200, []]]);
  const since = new Date('2026-01-01T00:00:00Z');
  await client.getJobs({
    query: {status: ['fail', 'crash'], submitted_at$min: since, error: null, task$regex: 'a+', $limit: 5},
  });
  const query = new URL(asked[0].url).searchParams;
  assert.deepEqual(query.getAll('status'), ['fail', 'crash']);
  assert.equal(query.get('submitted_at$min'), '2026-01-01T00:00:00.000Z');
  assert.equal(query.get('error'), 'null');
  assert.equal(query.get('task$regex'), 'a+');
  assert.equal(query.get('$limit'), '5');
});

test('what cannot be sent is refused before anything is', async () => {
  const {asked, client} = scripted([[200, []]]);
  await assert.rejects(client.getTask(''), {name: 'TypeError', message: /^name: expected a name/});
  await assert.rejects(client.getTask('..'), /name: expected a name, got "\.\."/);
  await assert.rejects(client.getTask(undefined), /name: expected a name/);
  await assert.rejects(client.patchConfig({timeout: NaN}), /timeout: NaN has no JSON form/);
  await assert.rejects(client.getJobs({query: {status: []}}).all(), /status: expected at least one/);
  await assert.rejects(client.getJobs({query: {status: {a: 1}}}).all(), /status: expected text/);
  assert.throws(() => new Client('localhost'), /url: expected a URL such as/);
  assert.throws(() => new Client('http://me:secret@localhost'), (error) => {
    assert.doesNotMatch(error.message, /secret/);
    return /no user/.test(error.message);
  });
  assert.equal(asked.length, 0);
});

test('a list asks for nothing before it is used', async () => {
  const {asked, client} = scripted([[200, []]]);
  const listing = client.getJobs();
  assert.equal(asked.length, 0);
  assert.equal((await listing).length, 0);
  assert.equal(asked.length, 1);
});

test('a list goes on page after page, and gives what moved to a later one once', async () => {
  const next = {Link: '</api/v1/jobs?status=fail&%24offset=2>; rel="next", </x>; rel="last"'};
  const {asked, client} = scripted([
    [200, [{job_id: 'd'}, {job_id: 'c'}], {...next, 'X-Total-Count': '4', 'X-Event-Position': 'e:7'}],
    [200, [{job_id: 'c'}, {job_id: 'b'}]],
  ]);
  const found = await client.getJobs({query: {status: 'fail'}}).all();
  assert.deepEqual(found.map((each) => each.job_id), ['d', 'c', 'b']);
  assert.equal(new URL(asked[1].url).search, '?status=fail&%24offset=2');
});

test('a page tells the total and the position, and is an array like any other', async () => {
  const {client} = scripted([[200, [{a: 1}], {'X-Total-Count': '4', 'X-Event-Position': 'e:7'}]]);
  const page = await client.getJobs();
  assert.equal(page.total, 4);
  assert.equal(page.position, 'e:7');
  assert.equal(await page.next(), null);
  assert.deepEqual(Object.keys(page), ['0']);
  assert.ok(Array.isArray(page.map((each) => each)));
  assert.equal(page.filter(() => true).total, undefined);
});

test('what changes nothing a second time is sent again, after the time that was asked for', async () => {
  const {asked, client} = scripted([
    [503, BUSY, {'Retry-After': '0'}],
    new TypeError('fetch failed', {cause: new Error('connection reset')}),
    [200, {state: 'running'}],
  ]);
  assert.equal((await client.getSession()).state, 'running');
  assert.equal(asked.length, 3);
});

test('other requests are sent once', async () => {
  const {asked, client} = scripted([[503, BUSY], [200, {}]]);
  await assert.rejects(client.postSessionPause(), ApiError);
  assert.equal(asked.length, 1);
});

test('a job gets an id, so its submission is safely sent again', async () => {
  const lost = new TypeError('fetch failed', {cause: new Error('connection reset')});
  const {asked, client} = scripted([lost, [201, {}]]);
  await client.postTaskJobs('fetch', {parameters: {day: 'today'}});
  const [first, second] = asked.map((each) => JSON.parse(each.body));
  assert.match(first.job_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.deepEqual(first, second);
  const age = Date.now() - parseInt(first.job_id.replaceAll('-', '').slice(0, 12), 16);
  assert.ok(age >= 0 && age < 60_000);
  await client.postJobs({task: 'fetch', job_id: 'mine'});
  assert.equal(JSON.parse(asked[2].body).job_id, 'mine');
});

test('what a lost attempt has removed is removed', async () => {
  const lost = new TypeError('fetch failed', {cause: new Error('connection reset')});
  const missing = {error: 'NOT_FOUND', message: 'no task', details: {}, request_id: 'r'};
  const {client} = scripted([lost, [404, missing]]);
  await client.deleteTask('a');
  await assert.rejects(client.deleteTask('a'), {code: 'NOT_FOUND'});
});

test('an error of the API has its code, message, details and status', async () => {
  const details = {fields: {priority: 'expected a number'}};
  const body = {error: 'VALIDATION_ERROR', message: 'priority: …', details, request_id: 'r-9'};
  const {client} = scripted([[400, body, {'Retry-After': '3'}]]);
  await assert.rejects(client.getSession(), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.name, 'ApiError');
    assert.equal(error.status, 400);
    assert.equal(error.code, 'VALIDATION_ERROR');
    assert.equal(error.message, 'priority: …');
    assert.deepEqual(error.details, details);
    assert.equal(error.requestId, 'r-9');
    assert.equal(error.retryAfterMs, 3000);
    return true;
  });
});

test('a Retry-After that asks for too long is given to the caller', async () => {
  const {asked, client} = scripted([[429, BUSY, {'Retry-After': '3600'}]]);
  await assert.rejects(client.getSession(), {retryAfterMs: 3_600_000});
  assert.equal(asked.length, 1);
});

test('an answer that says that something is unwell is an answer where that was asked', async () => {
  const {client} = scripted([[503, {status: 'unhealthy'}]]);
  assert.equal((await client.getHealth()).status, 'unhealthy');
});

test('what does not come from the API says so', async () => {
  for (const answer of [[502, '<html>'], [302, ''], [200, 'ok', JSON_TYPE], [500, {some: 'thing'}]]) {
    const {client} = scripted([answer], {retries: 0});
    await assert.rejects(client.getSession(), UnreadableAnswer);
  }
});

test('what the caller has already is told by a code of its own, or by the status', async () => {
  const {client} = scripted([[304, '']]);
  const headers = {'If-None-Match': '"a"'};
  await assert.rejects(client.getTasks({headers}).all(), {code: 'NOT_MODIFIED', status: 304});
  assert.equal((await client.request('GET', '/tasks', {headers})).status, 304);
});

test('without an answer the error says where it was sought, and never shows the query', async () => {
  const lost = new TypeError('fetch failed', {cause: new Error('connect ECONNREFUSED')});
  const {client} = scripted([lost], {retries: 0});
  await assert.rejects(client.getJobs({query: {task: 'secret'}}).all(), (error) => {
    assert.ok(error instanceof ConnectionFailed);
    assert.match(error.message, /127\.0\.0\.1:1.*ECONNREFUSED.*is the session running/);
    assert.doesNotMatch(error.message, /secret/);
    assert.equal(error.cause, lost);
    return true;
  });
});

/** A fetch that answers only when its signal ends it. */
const silent = (url, {signal}) =>
  new Promise((resolve, reject) => {
    // A timer of a signal keeps no program alive; this one does.
    const alive = setInterval(() => {}, 1000);
    signal.addEventListener('abort', () => {
      clearInterval(alive);
      reject(signal.reason);
    });
  });

test('an answer that does not come in time is given up', async () => {
  const client = new Client({url: 'http://127.0.0.1:1', fetch: silent, timeoutMs: 20});
  await assert.rejects(client.getSession(), (error) => {
    assert.ok(error instanceof AnswerTimeout);
    return error.timeoutMs === 20;
  });
  await assert.rejects(client.getSession({timeoutMs: 10}), {timeoutMs: 10});
});

test('an answer that may be held back is waited for that much longer', async () => {
  const client = new Client({url: 'http://127.0.0.1:1', fetch: silent, timeoutMs: 20});
  const held = {query: {timeout: 0.05}};
  await assert.rejects(client.postJobWait('a', held), {timeoutMs: 70});
});

test('a signal of the caller ends a call with its own reason', async () => {
  const client = new Client({url: 'http://127.0.0.1:1', fetch: silent});
  const reason = new Error('the page was closed');
  const control = new AbortController();
  const call = client.getSession({signal: control.signal});
  control.abort(reason);
  await assert.rejects(call, reason);
  await assert.rejects(client.getSession({signal: control.signal}), reason);
});

test('a signal ends the wait before another attempt too', async () => {
  const {asked, client} = scripted([[503, BUSY, {'Retry-After': '20'}]]);
  const control = new AbortController();
  const call = client.getSession({signal: control.signal});
  while (!asked.length) await new Promise((resolve) => setImmediate(resolve));
  setTimeout(() => control.abort(new Error('enough')), 10);
  await assert.rejects(call, /enough/);
});

test('a route of the user\'s own is asked for by its path', async () => {
  const {asked, client} = scripted([[200, {a: 1}, {'X-Mine': 'yes'}]]);
  const answer = await client.request('post', '/items/3', {query: {x: 1}, body: [1, null]});
  assert.deepEqual([answer.status, answer.headers.get('X-Mine'), answer.body], [200, 'yes', {a: 1}]);
  assert.deepEqual([asked[0].method, asked[0].url, asked[0].body], [
    'POST', 'http://127.0.0.1:1/items/3?x=1', '[1,null]',
  ]);
});
