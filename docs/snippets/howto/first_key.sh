curl -X POST http://127.0.0.1:5000/keys -d '{"name": "me", "scopes": ["admin"]}'
