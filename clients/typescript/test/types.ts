// What the types let through and what they refuse; only the compiler reads it.

import {ApiError, Client} from '../src/index.js';
import type {JobView, TaskView, WhatIfView} from '../src/index.js';

const client = new Client({url: 'http://127.0.0.1:5000', apiKey: 'key'});

export async function known(signal: AbortSignal): Promise<void> {
  const page = await client.getTasks({query: {name$regex: 'scraper', priority$min: 3}, signal});
  const names: string[] = page.map((task) => task.name);
  const total: number | undefined = page.total;
  for await (const job of client.getJobs({query: {status: ['fail', 'crash']}})) {
    const whole: JobView = job;
    const end: string | null = whole.ended_at;
    void end;
  }
  const task: TaskView = await client.putTask('a', {code: 'print(1)', start_cond: 'daily'});
  const tried: WhatIfView = await client.patchTask('a', {}, {query: {dry_run: true}});
  const text: string = await client.getTaskWhy('a', {as: 'text'});
  await client.getJobs({query: {'parameters.day': 'today', submitted_at$min: new Date()}});
  await client.postJobs({task: 'a', run_at: new Date()}).catch((error) => {
    if (error instanceof ApiError) return error.details.fields;
  });
  void [names, total, task, tried, text];
}

export async function refused(): Promise<void> {
  // @ts-expect-error a field that no task has
  await client.getTasks({query: {nmae: 'a'}});
  // @ts-expect-error no order among booleans
  await client.getTasks({query: {disabled$min: true}});
  // @ts-expect-error a status that no job has
  const isOdd = (job: JobView) => job.status === 'sucess';
  // @ts-expect-error the body has to be there
  await client.postTask('a');
  // @ts-expect-error an option that no task has
  await client.postTask('a', {code: 'print(1)', start_condition: 'daily'});
  // @ts-expect-error an operation without a query
  await client.getSession({query: {a: 1}});
  // @ts-expect-error with some fields chosen, the others may be missing
  const name: string = (await client.getTasks({query: {$fields: 'name'}}))[0].name;
  // @ts-expect-error a condition's text has to be there
  await client.getConditionExplain();
  void [isOdd, name];
}
