# somebody makes the task rarer, and starts it once
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"start_cond": "every 10 minutes"}'
curl -X POST http://127.0.0.1:5000/tasks/fetch/jobs
# who changed it, from where, and what was before
curl 'http://127.0.0.1:5000/changes?name=fetch&kind=change'
# what was refused today
curl 'http://127.0.0.1:5000/changes?kind=refusal&created$min=2026-11-21'
# undo the change with the number 1
curl -X POST http://127.0.0.1:5000/changes/1/revert
# also where something has changed the same since
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"priority": 1}'
curl -X PATCH http://127.0.0.1:5000/tasks/fetch -d '{"priority": 2}'
curl -X POST 'http://127.0.0.1:5000/changes/4/revert?force=true'
# make a task only if there is none of that name
curl -X PUT -H 'If-None-Match: *' http://127.0.0.1:5000/tasks/tidy -d '{"code": "print(1)"}'
# change a task only if there is one
curl -X PATCH -H 'If-Match: *' http://127.0.0.1:5000/tasks/tidy -d '{"priority": 1}'
