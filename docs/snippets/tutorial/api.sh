# look
curl http://127.0.0.1:5000/tasks/fetch
curl http://127.0.0.1:5000/tasks/report/why -H 'Accept: text/plain'
curl 'http://127.0.0.1:5000/logs?task_name=fetch&action=success&$limit=3'
curl http://127.0.0.1:5000/returns
# change
curl -X PATCH http://127.0.0.1:5000/parameters -d '{"city": "Oslo"}'
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"start_cond": "every 1 minute"}'
# create, run, delete
curl -X POST http://127.0.0.1:5000/tasks/hello -d '{"code": "print(1)\nresult = 42"}'
curl -X POST http://127.0.0.1:5000/tasks/hello/jobs -d '{"job_id": "my-first"}'
curl http://127.0.0.1:5000/jobs/my-first
curl -X DELETE 'http://127.0.0.1:5000/tasks/hello?force=true'
