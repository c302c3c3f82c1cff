// Streams of a running session: REDENGINE_URL says where it is, REDENGINE_API_KEY a key of it.
// The session is that of session.test.js.

import assert from 'node:assert/strict';
import {test} from 'node:test';

import {Client} from '../src/index.js';

const {REDENGINE_URL: url, REDENGINE_API_KEY: apiKey} = process.env;
const client = new Client({url, apiKey});

test('everything that happened behind the position of a list is told', async () => {
  const {position} = await client.getJobs({query: {$limit: 1}});
  const job = await client.postJobs({task: 'add', parameters: {left: 1, right: 2}});
  for (const topics of [undefined, 'jobs', ['jobs', 'tasks'], `job:${job.job_id}`]) {
    const told = [];
    for await (const event of client.events({topics, after: position})) {
      if (event.job_id === job.job_id) told.push(event.type);
      if (event.type === 'job_ended' && event.job_id === job.job_id) break;
    }
    assert.deepEqual(told, ['job_submitted', 'job_started', 'job_ended']);
  }
});

test('what happens while it is followed is told at once', async () => {
  const events = client.events({topics: 'tasks', after: await client.position()});
  const next = events.next();
  await client.postTask('followed', {code: 'print(1)'});
  const {value} = await next;
  assert.deepEqual([value.type, value.task], ['task_created', 'followed']);
  assert.match(events.carriedBy, /^(websocket|sse)$/);
  await events.return();
  await client.deleteTask('followed');
});

test('records are sent and followed, until the channel is deleted', async () => {
  await client.postChannels({name: 'prices', keyby: ['sym']});
  const after = await client.position();
  const sent = await client.postChannelSend('prices', [{sym: 'A', x: 1}, {sym: 'B', x: 2}]);
  assert.deepEqual(await client.getChannelLast('prices').all(), [sent[1]]);
  for await (const record of client.follow('prices', {after, key: 'B'})) {
    assert.deepEqual(record, sent[1]);
    break;
  }
  const found = [];
  for await (const record of client.follow('prices', {after})) {
    found.push(record.x);
    if (found.length === 2) await client.deleteChannel('prices');
  }
  assert.deepEqual(found, [1, 2]);
});

test('a command is called', async () => {
  assert.deepEqual(await client.postCommand('ping'), {code: 0});
});
