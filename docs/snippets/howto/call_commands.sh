# what there is, and what each takes
curl http://127.0.0.1:5000/commands
# call one, and wait 5 seconds at most
curl -X POST 'http://127.0.0.1:5000/commands/price?timeout=5' -d '{"symbol": "A"}'
# call one, and do not wait: the answer has the id of the call, and where its outcome is found
curl -X POST 'http://127.0.0.1:5000/commands/reload?wait=false'
# the processes of the session
curl http://127.0.0.1:5000/workers
