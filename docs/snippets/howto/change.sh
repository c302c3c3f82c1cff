# a task's options, several in one atomic change
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"start_cond": "every 30 seconds", "priority": 5}'
# switch it off, and on
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"disabled": true}'
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"disabled": false}'
# start it once, whatever its condition says
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"force_run": true}'
# a new task, from source and from a command
curl -X POST http://127.0.0.1:5000/tasks/tidy -d '{"code": "print(1)", "start_cond": "daily at 03:00"}'
curl -X PUT http://127.0.0.1:5000/tasks/disk -d '{"command": "df -h", "start_cond": "hourly"}'
curl -X DELETE http://127.0.0.1:5000/tasks/tidy
# submit a job with parameters, and read how it went
curl -X POST http://127.0.0.1:5000/jobs -d '{"task": "fetch", "parameters": {"city": "Turku"}, "job_id": "turku-1"}'
curl http://127.0.0.1:5000/jobs/turku-1
curl http://127.0.0.1:5000/jobs/turku-1/output
# parameters and configuration
curl -X PATCH http://127.0.0.1:5000/parameters -d '{"limit": 5}'
curl -X PATCH http://127.0.0.1:5000/config -d '{"max_threads": 16, "timeout": "10 minutes"}'
# hold all starts; running jobs go on
curl -X POST http://127.0.0.1:5000/session/pause
curl -X POST http://127.0.0.1:5000/session/resume
# what was changed over the API
curl http://127.0.0.1:5000/changes
