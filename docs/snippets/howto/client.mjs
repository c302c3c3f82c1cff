import {ApiError, Client} from 'redengine-client';

const {REDENGINE_URL: url, REDENGINE_API_KEY: apiKey} = process.env;
const client = new Client({url, apiKey});

const job = await client.postTaskJobs('add', {parameters: {left: 2, right: 3}});
const {status} = await client.postJobWait(job.job_id);
if (status === 'success') console.log((await client.getJobResult(job.job_id)).result);

for await (const each of client.getJobs({query: {status: ['fail', 'crash'], $limit: 100}})) {
  console.log(each.job_id, each.error);
}

try {
  await client.patchTask('add', {start_cond: 'evry 10 min'});
} catch (error) {
  if (!(error instanceof ApiError)) throw error;
  console.log(error.status, error.code, error.details.suggestion);
}
