curl http://127.0.0.1:5000/last/readings
curl http://127.0.0.1:5000/last/readings/a
curl 'http://127.0.0.1:5000/state/readings?query={"filters":[{"attr":"value","by":{"value":21,"where":">="}}]}'
curl 'http://127.0.0.1:5000/next/readings?timeout=5'
curl -X POST http://127.0.0.1:5000/send/readings -d '{"sensor": "c", "value": 19}'
