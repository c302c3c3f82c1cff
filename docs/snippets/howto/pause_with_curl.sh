# a job that waits in the queue is held, let go, and withdrawn
curl -X POST http://127.0.0.1:5000/jobs -d '{"task": "fetch", "job_id": "later", "run_at": "2099-01-01"}'
curl -X POST http://127.0.0.1:5000/jobs/later/pause
curl -X POST http://127.0.0.1:5000/jobs/later/resume
curl -X POST http://127.0.0.1:5000/jobs/later/cancel
# whatever state it is in, as long as it has not ended: terminate
curl -X POST http://127.0.0.1:5000/tasks/fetch/jobs -d '{"job_id": "another", "run_at": "2099-01-01"}'
curl -X POST http://127.0.0.1:5000/jobs/another/terminate -d '{"reason": "not needed any more"}'
# what may be done to it now; and forget it
curl 'http://127.0.0.1:5000/jobs/another'
curl -X DELETE http://127.0.0.1:5000/jobs/another
