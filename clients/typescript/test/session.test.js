// The client and a running session: REDENGINE_URL says where it is, REDENGINE_API_KEY a key of it.
// The session has a task `add`, which returns its `left` plus `right` and prints both, and a task
// `break`, which fails.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {ApiError, Client} from '../src/index.js';

const {REDENGINE_URL: url, REDENGINE_API_KEY: apiKey} = process.env;
const client = new Client({url, apiKey});

test('there is a method for every operation of the running API', async () => {
  const {body} = await client.request('GET', '/openapi.json');
  const ids = Object.values(body.paths).flatMap((path) =>
    Object.values(path).map((operation) => operation.operationId),
  );
  assert.ok(ids.length > 50);
  assert.deepEqual(ids.filter((id) => typeof client[id] !== 'function'), []);
});

test('a job from its submission to its result', async () => {
  const job = await client.postTaskJobs('add', {parameters: {left: 2, right: 3}});
  const done = await client.postJobWait(job.job_id);
  assert.deepEqual([done.ended, done.status], [true, 'success']);
  assert.equal((await client.getJobResult(job.job_id)).result, 5);
  const {lines} = await client.getJobOutput(job.job_id);
  assert.deepEqual(lines.map((line) => line.text), ['2 3']);
  const logs = await client.getJobLogs(job.job_id).all();
  assert.deepEqual(logs.map((each) => each.action), ['success', 'run']);
});

test('a list is read page after page, and filtered', async () => {
  const jobs = [];
  for (let left = 0; left < 5; left++) {
    jobs.push(await client.postJobs({task: 'add', parameters: {left, right: 0}}));
  }
  for (const {job_id} of jobs) await client.postJobWait(job_id);
  const ids = new Set(jobs.map((job) => job.job_id));
  const found = [];
  for await (const job of client.getJobs({query: {job_id: [...ids], $limit: 2}})) found.push(job);
  assert.deepEqual(found.map((job) => job.job_id), jobs.map((job) => job.job_id).reverse());
  const page = await client.getJobs({query: {job_id: [...ids], 'parameters.left': [1, 3]}});
  assert.deepEqual([page.length, page.total], [2, 2]);
  const [{job_id, ...rest}] = await client.getJobs({query: {$fields: 'job_id', $limit: 1}});
  assert.deepEqual([typeof job_id, rest], ['string', {}]);
});

test('a task is made, tried, changed and removed', async () => {
  const name = 'made by hand/1';
  const made = await client.postTask(name, {code: 'print(1)', start_cond: 'daily'});
  assert.deepEqual([made.name, made.class, made.start_cond], [name, 'CodeTask', 'daily']);
  const tried = await client.patchTask(name, {priority: 3}, {query: {dry_run: true}});
  assert.deepEqual(tried.added, []);
  assert.equal((await client.getTask(name)).priority, 0);
  assert.equal((await client.patchTask(name, {priority: 3})).priority, 3);
  assert.match(await client.getTaskWhy(name, {as: 'text'}), /made by hand/);
  assert.equal((await client.getTaskWhy(name)).task, name);
  assert.equal(await client.deleteTask(name), undefined);
  await assert.rejects(client.getTask(name), {code: 'NOT_FOUND', status: 404});
});

test('a refusal names the fields', async () => {
  await assert.rejects(client.postTask('b', {code: 'x', start_cond: 'evry day'}), (error) => {
    assert.ok(error instanceof ApiError);
    assert.equal(error.code, 'VALIDATION_ERROR');
    assert.deepEqual(Object.keys(error.details.fields), ['start_cond']);
    assert.ok(error.requestId);
    return true;
  });
  await assert.rejects(client.getJobResult('none'), (error) => error.details.reason === 'unknown_job');
  await assert.rejects(client.getTasks({query: {nmae: 'a'}}).all(), {status: 400});
});

test('a failed job tells its error', async () => {
  const {job_id} = await client.postJobs({task: 'break'});
  const done = await client.postJobWait(job_id);
  assert.deepEqual([done.status, /on purpose/.test(done.error)], ['fail', true]);
});

test('parameters, configuration, texts and documents are read', async () => {
  await client.patchParameters({day: '2026-01-01'});
  assert.equal((await client.getParameters()).day, '2026-01-01');
  assert.equal(await client.deleteParameter('day'), undefined);
  assert.equal(typeof (await client.getConfig()).max_threads, 'number');
  assert.match(await client.getMetrics(), /^# HELP /m);
  assert.match(await client.getExport({as: 'text'}), /^version: 1$/m);
  assert.match(await client.getDependencies({as: 'text', query: {format: 'mermaid'}}), /graph|flowchart/);
  assert.equal((await client.getHealth()).status, 'healthy');
});

test('without the key there is no answer but 401', async () => {
  await assert.rejects(new Client(url).getTasks().all(), (error) => {
    assert.equal(error.status, 401);
    assert.doesNotMatch(error.message, new RegExp(apiKey));
    return true;
  });
});
