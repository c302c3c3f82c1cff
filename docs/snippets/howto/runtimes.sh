# all runtimes with their load, or those in which jobs wait
curl http://127.0.0.1:5000/runtimes
curl 'http://127.0.0.1:5000/runtimes?queued$min=1&$fields=runtime_id,size,queued'
# make one, and let a task run there
curl -X POST http://127.0.0.1:5000/runtimes -d '{"runtime_id": "gpu", "kind": "process", "size": 1}'
curl -X PATCH http://127.0.0.1:5000/tasks/report -d '{"execution": "gpu"}'
# resize it, and make it the one of all tasks that do not say otherwise
curl -X PATCH http://127.0.0.1:5000/runtimes/gpu -d '{"size": 2}'
curl -X PATCH http://127.0.0.1:5000/runtimes/gpu -d '{"is_default": true}'
# the jobs that run there
curl 'http://127.0.0.1:5000/jobs?runtime=gpu&status=run'
# remove it, whatever needs it
curl -X DELETE 'http://127.0.0.1:5000/runtimes/gpu?force=true'
