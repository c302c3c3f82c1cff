curl http://127.0.0.1:5000/
curl -X PUT http://127.0.0.1:5000/items/1 -d '{"name": "lamp", "price": 30}'
curl http://127.0.0.1:5000/items/1
curl 'http://127.0.0.1:5000/items?text=la&limit=5'
curl -X POST http://127.0.0.1:5000/prices -d '{"name": "lamp"}'
curl http://127.0.0.1:5000/ready
curl -X DELETE http://127.0.0.1:5000/items/1
# the API of the session is there as well
curl http://127.0.0.1:5000/tasks
