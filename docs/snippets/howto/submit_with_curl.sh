# now, with the task's own options
curl -X POST http://127.0.0.1:5000/tasks/fetch/jobs
# with parameters, an id of your own, and options of this one job
curl -X POST http://127.0.0.1:5000/jobs -d '{"task": "fetch", "parameters": {"city": "Turku"}, "job_id": "turku-1", "priority": 5, "timeout": "10 min", "retries": 2}'
# the same again: the same job, and 200 in place of 201
curl -X POST http://127.0.0.1:5000/jobs -d '{"task": "fetch", "parameters": {"city": "Turku"}, "job_id": "turku-1", "priority": 5, "timeout": "10 min", "retries": 2}'
# wait for its end, read the result, and what it printed
curl -X POST 'http://127.0.0.1:5000/jobs/turku-1/wait?timeout=10'
curl http://127.0.0.1:5000/jobs/turku-1/result
curl 'http://127.0.0.1:5000/jobs/turku-1/output?after=0&wait=10'
# later, and not after a deadline
curl -X POST http://127.0.0.1:5000/jobs -d '{"task": "fetch", "job_id": "new-year", "run_at": "2099-01-01T00:00", "deadline": "2099-01-01T01:00"}'
# as a worker's job document
curl -X POST http://127.0.0.1:5000/jobs -d '{"version": "1.0", "kind": "command", "operation": "fetch", "payload": {"type": "json", "data": {"city": "Pori"}}, "max_attempts": 3, "idempotency_key": "order-42"}'
