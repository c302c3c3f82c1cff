// Submits a job document to a worker API, follows its status, and prints what it learns as JSON.
// Usage: node worker_client.mjs URL JOB_ID OPERATION DATA

const [root, jobId, operation, data] = process.argv.slice(2);
const jobs = `${root}/api/v1/jobs`;

async function asked(url, options) {
  const response = await fetch(url, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${JSON.stringify(answer)}`);
  return answer;
}

const submitted = await asked(jobs, {
  method: 'POST',
  headers: {'Content-Type': 'application/json'},
  body: JSON.stringify({
    version: '1.0',
    job_id: jobId,
    kind: 'VMOperation',
    operation,
    created_at: new Date().toISOString(),
    payload: {type: `${operation}.v1`, data: JSON.parse(data)},
  }),
});

let job;
do {
  job = (await asked(`${jobs}/${jobId}`)).data;
} while (!['Completed', 'Failed'].includes(job.status));

const result = job.status === 'Completed' ? (await asked(`${jobs}/${jobId}/result`)).data : null;
console.log(JSON.stringify({submitted, job, result}));
