# a line of JSON for each value
curl http://127.0.0.1:5000/countdown/3
# Server-Sent Events, as a page reads them with EventSource
curl -H 'Accept: text/event-stream' http://127.0.0.1:5000/countdown/3
